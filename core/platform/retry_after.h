// The Retry-After header (RFC 9110, section 10.2.3): how long a server asks to be left alone.

#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace dataaction {

// What is longer counts as this long: 30 years and more, which nobody waits.
inline constexpr std::chrono::seconds kMaxRetryAfter{1'000'000'000};

// From `now`, which is the calendar's, since 1970 in UTC. The value is a number of seconds or an
// HTTP date; a date that has passed is 0. Nothing where it is neither: a sign or a fraction makes
// it neither.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value,
                                                           std::chrono::milliseconds now);

}  // namespace dataaction
