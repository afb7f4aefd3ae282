// HTTP dates (RFC 9110, section 5.6.7) to seconds since 1970: the fixed format of today and the two
// that a recipient must still accept.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace dataaction {

// `Sun, 06 Nov 1994 08:49:37 GMT` (IMF-fixdate), `Sunday, 06-Nov-94 08:49:37 GMT` (RFC 850) or
// `Sun Nov  6 08:49:37 1994` (asctime). Case counts, as the RFC says, and the whole text must be a
// date; a second of 60 is a leap second. The name of the day must be one, but is not checked
// against the date. `now`, in seconds since 1970, settles the century of the second form: one that
// seems to be more than 50 years ahead is the latest past year of the same two digits.
std::optional<int64_t> parse_http_date(std::string_view text, int64_t now);

}  // namespace dataaction
