// Numbers, sizes and times as nginx writes them. Pure functions; nothing where the text is not one,
// or does not fit.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dataaction {

// Decimal digits alone; at most 2^63-1, as in nginx.
std::optional<uint64_t> parse_number(std::string_view text);

// `4096`, `64k`, `1m`, `2g`; either case. ngx_parse_offset().
std::optional<uint64_t> parse_size(std::string_view text);

// `28s`, `500ms`, `1m30s`, `1w 2d`; a number without a unit is seconds. Units come in falling
// order. ngx_parse_time() without years and months, which have no place in a time of milliseconds
// there either.
std::optional<std::chrono::milliseconds> parse_time(std::string_view text);

// The same where only whole seconds make sense.
std::optional<std::chrono::seconds> parse_seconds(std::string_view text);

}  // namespace dataaction
