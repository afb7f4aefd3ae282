// Where a block of Lua code ends: braces inside Lua strings, long brackets and comments do not
// count, as in OpenResty's own lexer. Pure.

#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace dataaction {

// OpenResty's message, and where in the text it sees the mistake: an open bracket.
struct LuaMistake {
  std::string message;
  size_t at;
};

// `text` begins after the block's `{`; the size of what belongs to it, its `}` included.
std::expected<size_t, LuaMistake> lua_block_size(std::string_view text);

}  // namespace dataaction
