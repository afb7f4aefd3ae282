// Where a block of Lua code ends: braces inside Lua strings, long brackets and comments do not
// count, as in OpenResty's own lexer. Pure.

#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace dataaction {

// `text` begins after the block's `{`; the size of what belongs to it, its `}` included. An error
// is OpenResty's message.
std::expected<size_t, std::string> lua_block_size(std::string_view text);

}  // namespace dataaction
