#include "core/conf_lua.h"

#include <algorithm>

namespace dataaction {
namespace {

constexpr std::string_view kUnfinished =
    "unexpected end of file, expecting terminating characters for lua code block";

// The closing bracket that a long bracket at the start of `text` asks for (`[==[` has `]==]`);
// empty if there is none.
std::string closing_bracket(std::string_view text) {
  if (!text.starts_with('[')) return {};
  const size_t level = std::min(text.find_first_not_of('=', 1), text.size()) - 1;
  if (!text.substr(level + 1).starts_with('[')) return {};
  return ']' + std::string(level, '=') + ']';
}

// How far a string reaches whose opening quote is text[0]; npos if it never ends.
size_t quoted_size(std::string_view text) {
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == text[0]) {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

// Steps over what `text` begins with: a string, a comment, or one character. npos if it never ends.
std::expected<size_t, std::string> piece_size(std::string_view text) {
  const bool comment = text.starts_with("--");
  const size_t before = comment ? 2 : 0;
  const std::string closing = closing_bracket(text.substr(before));
  if (!closing.empty()) {
    const size_t end = text.find(closing, before + closing.size());
    if (end == std::string_view::npos) {
      return std::unexpected("Lua code block missing the closing long bracket \"" + closing + '"');
    }
    return end + closing.size();
  }
  if (comment) return text.find('\n');
  if (text[0] == '"' || text[0] == '\'') return quoted_size(text);
  return 1;
}

}  // namespace

std::expected<size_t, std::string> lua_block_size(std::string_view text) {
  size_t at = 0;
  size_t depth = 1;
  while (at < text.size()) {
    if (text[at] == '{') ++depth;
    if (text[at] == '}' && --depth == 0) return at + 1;
    const auto size = piece_size(text.substr(at));
    if (!size) return std::unexpected(size.error());
    if (*size == std::string_view::npos) break;
    at += *size;
  }
  return std::unexpected(std::string(kUnfinished));
}

}  // namespace dataaction
