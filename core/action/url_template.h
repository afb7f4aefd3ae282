// Where an action sends its request: an absolute URL with holes (core/action/placeholder.h) behind
// its host, as
//
//     https://api.example/posts/${user.id}?q=${query_text}
//
// Nobody's input chooses whom we call, or which path of theirs: scheme, host and port are literal,
// https or, to this machine, http (core/platform/base_url.h); there is no user name and no
// fragment. A value is percent-encoded but for the unreserved characters (RFC 3986, 2.3), so it
// stays inside its segment of the path, or its name or value in the query; null and a missing
// member are nothing. Encoding cannot help against a segment that is empty, or that somebody could
// read as `.` or `..` (core/action/url_text.h): such a value is refused.
//
// Immutable; render() is re-entrant.

#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "core/action/placeholder.h"
#include "core/json/json_tree.h"

namespace dataaction {

class UrlTemplate {
 public:
  // Of a template, and of a URL: what servers are sure to take (RFC 9110, 4.1).
  static constexpr size_t kMaxSize = 8 << 10;

  static std::expected<UrlTemplate, std::string> parse(std::string_view text);

  // Those of the input that it takes, each once.
  const std::vector<std::string>& fields() const { return fields_; }
  // As "https://api.example:8443"; scheme and host in lower case.
  const std::string& origin() const { return origin_; }

  // The error names the field that cannot stand where it should.
  std::expected<std::string, Misfit> render(const JsonTree& input) const;

 private:
  using Pieces = std::vector<TemplatePiece>;

  std::expected<void, std::string> add(TemplatePiece piece);
  std::expected<void, std::string> check_segments();
  std::expected<void, Misfit> append(std::string& out, const Pieces& pieces,
                                     const JsonTree& input) const;

  std::string origin_;
  std::vector<Pieces> segments_ = {{}};  // of the path, without their slashes
  Pieces query_;                         // with its `?`
  std::vector<std::string> fields_;
};

}  // namespace dataaction
