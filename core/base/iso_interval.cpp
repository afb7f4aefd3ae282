#include "core/base/iso_interval.h"

#include "core/base/civil_time.h"

namespace dataaction {
namespace {

constexpr std::string_view kForm =
    "two times with a zone and a slash between them, as "
    "\"2024-01-01T00:00:00Z/2024-01-02T00:00:00Z\"";
constexpr std::string_view kOrder = "an interval that begins before it ends";
constexpr int64_t kDay = 86'400;
constexpr std::string_view kRange = "an interval in the years 1970 to 9999";

}  // namespace

std::expected<IsoInterval, std::string_view> parse_iso_interval(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::unexpected(kForm);
  const auto begin = parse_iso_time(text.substr(0, slash));
  const auto end = parse_iso_time(text.substr(slash + 1));
  if (!begin || !end) return std::unexpected(kForm);
  if (*begin >= *end) return std::unexpected(kOrder);
  const IsoInterval interval{begin->seconds, end->seconds + (end->nanoseconds != 0 ? 1 : 0)};
  if (interval.begin < 0 || interval.end > kLastSecond) return std::unexpected(kRange);
  return interval;
}

std::string format_iso_interval(const IsoInterval& interval) {
  return format_iso_time(interval.begin) + '/' + format_iso_time(interval.end);
}

std::optional<std::pair<IsoInterval, IsoInterval>> split_by_day(const IsoInterval& interval) {
  const int64_t first = interval.begin / kDay;
  const int64_t last = (interval.end - 1) / kDay;
  if (first >= last) return std::nullopt;
  const int64_t middle = (first + (last - first + 1) / 2) * kDay;
  return std::pair(IsoInterval{interval.begin, middle}, IsoInterval{middle, interval.end});
}

}  // namespace dataaction
