// Calendar dates and times of day, in UTC, to and from seconds since 1970 (POSIX: every day has
// 86,400 of them). The proleptic Gregorian calendar, years 1 to 9999. Pure functions, no time zone
// data, no locale.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dataaction {

struct CivilTime {
  int year = 1970;
  unsigned month = 1;  // 1 to 12
  unsigned day = 1;
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;  // 60: a leap second, which POSIX counts as the first second after it

  bool operator==(const CivilTime&) const = default;
};

// 9999-12-31T23:59:59Z
inline constexpr int64_t kLastSecond = 253'402'300'799;

// Nothing where a field is out of its range, 30 February among them.
std::optional<int64_t> to_seconds(const CivilTime& time);

// `seconds` is at least 0 and at most kLastSecond.
CivilTime to_civil(int64_t seconds);

struct IsoTime {
  int64_t seconds = 0;       // since 1970, negative before
  uint32_t nanoseconds = 0;  // after `seconds`

  auto operator<=>(const IsoTime&) const = default;
};

// RFC 3339, section 5.6, with `T` and `Z` in upper case: `2024-01-31T23:59:59.123Z`,
// `2024-01-31T23:59:59+01:00`. At most nine digits of a fraction. A zone is required: a time
// without one means something else on every machine.
std::optional<IsoTime> parse_iso_time(std::string_view text);

// `2024-01-31T23:59:59.000Z`; `seconds` as in to_civil().
std::string format_iso_time(int64_t seconds);

}  // namespace dataaction
