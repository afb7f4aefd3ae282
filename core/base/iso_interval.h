// A span of time as the platform writes it: two ISO 8601 times with a slash between them
// (`interval` of POST /api/v2/analytics/conversations/details/query and .../details/jobs).
//
// Seconds since 1970 in UTC; the end is not part of it. Errors are the words that follow "it must
// be" and have static storage.

#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace dataaction {

struct IsoInterval {
  int64_t begin = 0;
  int64_t end = 0;

  bool operator==(const IsoInterval&) const = default;
};

// `BEGIN/END`, each as parse_iso_time() (civil_time.h) takes it, of the years 1970 to 9999, and
// BEGIN before END. So 0 <= begin < end. Fractions of seconds widen the interval to whole ones.
std::expected<IsoInterval, std::string_view> parse_iso_interval(std::string_view text);

// `2024-01-01T00:00:00.000Z/2024-01-02T00:00:00.000Z`. The interval is one as parsed.
std::string format_iso_interval(const IsoInterval& interval);

// Two intervals that meet at the midnight (UTC) nearest the middle, so that no day is in both;
// nothing for one within a day.
std::optional<std::pair<IsoInterval, IsoInterval>> split_by_day(const IsoInterval& interval);

}  // namespace dataaction
