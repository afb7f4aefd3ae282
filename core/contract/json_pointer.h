// JSON pointers (RFC 6901).

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/contract/json_document.h"

namespace dataaction {

// Appends `/` and `token`, escaped.
void append_pointer_token(std::string& pointer, std::string_view token);

// The first token of a pointer that begins with `/`, unescaped; it is cut off.
std::string take_pointer_token(std::string_view& pointer);

// A token as the place of an array's element.
std::optional<size_t> array_index(std::string_view token);

// Where `pointer` leads; nullptr: nowhere, or it is none.
const JsonValue* resolve_pointer(const JsonValue& root, std::string_view pointer);

// Where `value`, which is `root` or in it, stands.
std::string pointer_to(const JsonValue& root, const JsonValue& value);

}  // namespace dataaction
