#include "core/config/conf_lua.h"

#include <algorithm>
#include <utility>

namespace dataaction {
namespace {

// The closing bracket that a long bracket at the start of `text` asks for (`[==[` has `]==]`);
// empty if there is none.
std::string closing_bracket(std::string_view text) {
  if (!text.starts_with('[')) return {};
  const size_t level = std::min(text.find_first_not_of('=', 1), text.size()) - 1;
  if (!text.substr(level + 1).starts_with('[')) return {};
  return ']' + std::string(level, '=') + ']';
}

// The size of the string that text[0] opens; of the quote alone if it does not end in its line,
// which is no Lua, and OpenResty then takes the quote for nothing special.
size_t quoted_size(std::string_view text) {
  for (size_t i = 1; i < text.size() && text[i] != '\n'; ++i) {
    if (text[i] == text[0]) return i + 1;
    if (text[i] == '\\' && text.substr(i + 1, 1) != "\n") ++i;
  }
  return 1;
}

// Steps over what `text` begins with: a string, a comment, or one character. npos if a comment's
// line never ends. An error is the closing bracket that is missing.
std::expected<size_t, std::string> piece_size(std::string_view text) {
  const bool comment = text.starts_with("--");
  const size_t before = comment ? 2 : 0;
  std::string closing = closing_bracket(text.substr(before));
  if (!closing.empty()) {
    const size_t end = text.find(closing, before + closing.size());
    if (end == std::string_view::npos) return std::unexpected(std::move(closing));
    return end + closing.size();
  }
  if (comment) return text.find('\n');
  if (text[0] == '"' || text[0] == '\'') return quoted_size(text);
  return 1;
}

}  // namespace

std::expected<size_t, LuaMistake> lua_block_size(std::string_view text) {
  size_t at = 0;
  size_t depth = 1;
  size_t last_brace = 0;
  while (at < text.size()) {
    if (text[at] == '{') {
      ++depth;
      last_brace = at;
    }
    if (text[at] == '}' && --depth == 0) return at + 1;
    const auto size = piece_size(text.substr(at));
    if (!size) {
      return std::unexpected(LuaMistake{"Lua code block missing the closing long bracket \"" +
                                            size.error() +
                                            "\", the inlined Lua code may be too long",
                                        at});
    }
    if (*size == std::string_view::npos) break;
    at += *size;
  }
  return std::unexpected(LuaMistake{
      "unexpected end of file, expecting terminating characters for lua code block", last_brace});
}

}  // namespace dataaction
