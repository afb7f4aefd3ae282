// Where in a JSON text a value stands, for messages that name a line. The text is valid JSON with
// no name twice in an object.

#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace dataaction {

// The text of the value that a JSON pointer (RFC 6901) leads to: a part of `text`.
std::optional<std::string_view> find_json(std::string_view text, std::string_view pointer);

// The line that the byte at `offset` is in; the first is 1.
unsigned line_at(std::string_view text, size_t offset);

}  // namespace dataaction
