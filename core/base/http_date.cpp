#include "core/base/http_date.h"

#include <array>

#include "core/base/civil_time.h"
#include "core/base/fixed_fields.h"

namespace dataaction {
namespace {

using Words = std::array<std::string_view, 7>;
constexpr Words kShortDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr Words kLongDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                             "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void read_time(FixedFields& fields, CivilTime& time) {
  time.hour = fields.digits(2);
  fields.literal(":");
  time.minute = fields.digits(2);
  fields.literal(":");
  time.second = fields.digits(2);
}

std::optional<int64_t> parse_fixdate(std::string_view text) {
  FixedFields fields(text);
  CivilTime time;
  fields.one_of(kShortDays);
  fields.literal(", ");
  time.day = fields.digits(2);
  fields.literal(" ");
  time.month = fields.one_of(kMonths) + 1;
  fields.literal(" ");
  time.year = static_cast<int>(fields.digits(4));
  fields.literal(" ");
  read_time(fields, time);
  fields.literal(" GMT");
  return fields.complete() ? to_seconds(time) : std::nullopt;
}

std::optional<int64_t> parse_asctime(std::string_view text) {
  FixedFields fields(text);
  CivilTime time;
  fields.one_of(kShortDays);
  fields.literal(" ");
  time.month = fields.one_of(kMonths) + 1;
  fields.literal(" ");
  time.day = fields.optional(' ') ? fields.digits(1) : fields.digits(2);
  fields.literal(" ");
  read_time(fields, time);
  fields.literal(" ");
  time.year = static_cast<int>(fields.digits(4));
  return fields.complete() ? to_seconds(time) : std::nullopt;
}

// `time.year` is two digits: the latest year of those that is not more than 50 years ahead.
std::optional<int64_t> with_century(CivilTime time, int64_t now) {
  CivilTime limit = to_civil(now);
  limit.year += 50;
  time.year += limit.year / 100 * 100;
  const auto ahead = [&] {
    const auto fields = [](const CivilTime& t) {
      return std::array{static_cast<unsigned>(t.year), t.month, t.day, t.hour, t.minute, t.second};
    };
    return fields(time) > fields(limit);
  };
  if (ahead()) time.year -= 100;
  return to_seconds(time);
}

std::optional<int64_t> parse_rfc850(std::string_view text, int64_t now) {
  FixedFields fields(text);
  CivilTime time;
  fields.one_of(kLongDays);
  fields.literal(", ");
  time.day = fields.digits(2);
  fields.literal("-");
  time.month = fields.one_of(kMonths) + 1;
  fields.literal("-");
  time.year = static_cast<int>(fields.digits(2));
  fields.literal(" ");
  read_time(fields, time);
  fields.literal(" GMT");
  return fields.complete() ? with_century(time, now) : std::nullopt;
}

}  // namespace

std::optional<int64_t> parse_http_date(std::string_view text, int64_t now) {
  if (const auto date = parse_fixdate(text)) return date;
  if (const auto date = parse_rfc850(text, now)) return date;
  return parse_asctime(text);
}

}  // namespace dataaction
