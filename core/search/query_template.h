// A text with holes for the parameters of a webhook: what a search's query is once it has been
// read.

#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dataaction {

// `:NAME`, where NAME is a letter or `_`, then letters, digits and `_`.
constexpr bool is_name_begin(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool is_name_char(char c) {
  return is_name_begin(c) || (c >= '0' && c <= '9');
}

constexpr bool is_name(std::string_view text) {
  return !text.empty() && is_name_begin(text.front()) && std::ranges::all_of(text, is_name_char);
}

class QueryTemplate {
 public:
  // What comes next in the text.
  void add_text(std::string_view text) { tail_ += text; }
  void add_text(char c) { tail_ += c; }
  void add_parameter(std::string_view name) {
    const auto found = std::ranges::find(names_, name);
    const auto at = static_cast<size_t>(found - names_.begin());
    if (found == names_.end()) names_.emplace_back(name);
    pieces_.push_back({std::exchange(tail_, std::string()), at});
  }

  // The parameters, each once.
  const std::vector<std::string>& names() const { return names_; }

  // The text with its holes filled by `append_value(out, value)`; `values` are of names().
  template <typename AppendValue>
  std::string fill(const std::vector<std::string>& values, AppendValue append_value) const {
    std::string out;
    for (const Piece& piece : pieces_) {
      out += piece.text;
      append_value(out, values[piece.parameter]);
    }
    return out += tail_;
  }

 private:
  struct Piece {
    std::string text;  // then the value
    size_t parameter;
  };

  std::vector<Piece> pieces_;
  std::string tail_;
  std::vector<std::string> names_;
};

}  // namespace dataaction
