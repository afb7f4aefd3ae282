// The parser of JSONPaths: what JsonPath::parse() does.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/action/json_path.h"

namespace dataaction {

// Takes the text from the left; after a failure nothing is taken any more.
class JsonPath::Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::expected<JsonPath, std::string> parse();

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }
  void fail(std::string_view what) {
    if (error_.empty()) error_ = "byte " + std::to_string(at_) + ": " + std::string(what);
    at_ = text_.size();
  }

  Segment segment();
  Selector shorthand();
  std::vector<Selector> selectors();
  Selector selector();
  Selector index_or_slice();
  bool take_colon();
  // Nothing, where there is none.
  std::optional<int64_t> integer();
  // RFC 9535, 2.3.1: a string of JSON, but for the quotes, of which only its own are escaped.
  std::string quoted();

  std::string_view text_;
  size_t at_ = 0;
  std::string error_;
};

}  // namespace dataaction
