// A header of an action's request: a literal name, and a value with holes
// (core/action/placeholder.h).
//
// Names that say how a message is framed or where it goes are not for a template (RFC 9110, 7.6.1;
// RFC 9112, 6): Host, Content-Length, Transfer-Encoding, Connection, Expect, Upgrade, TE, Trailer,
// Keep-Alive, Proxy-anything. A value has no control characters besides the tab, so it cannot end
// its line (RFC 9110, 5.5); what is not ASCII passes as it is. White space around it is no part of
// it. The whole may be empty.
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

class HeaderTemplate {
 public:
  static constexpr size_t kMaxName = 256;
  // Of a template, and of a value: servers take no more of all headers together, often.
  static constexpr size_t kMaxSize = 8 << 10;

  static std::expected<HeaderTemplate, std::string> parse(std::string_view name,
                                                          std::string_view value);

  const std::string& name() const { return name_; }  // as it was written
  // Those of the input that it takes, each once.
  const std::vector<std::string>& fields() const { return fields_; }

  // The value. The error names the field that cannot stand in it.
  std::expected<std::string, Misfit> render(const JsonTree& input) const;

 private:
  std::string name_;
  std::vector<TemplatePiece> pieces_;
  std::vector<std::string> fields_;
};

}  // namespace dataaction
