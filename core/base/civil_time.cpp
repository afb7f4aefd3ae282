#include "core/base/civil_time.h"

#include <chrono>

#include "core/base/fixed_fields.h"

namespace dataaction {
namespace {

constexpr int64_t kDay = 86'400;
constexpr size_t kMaxFraction = 9;

void append_digits(std::string& out, unsigned value, size_t count) {
  const std::string digits = std::to_string(value);
  out.append(count - digits.size(), '0').append(digits);
}

// `123` is 123'000'000 ns.
uint32_t nanoseconds_of(std::string_view fraction) {
  uint32_t value = 0;
  for (size_t i = 0; i < kMaxFraction; ++i) {
    value = value * 10 + (i < fraction.size() ? static_cast<uint32_t>(fraction[i] - '0') : 0);
  }
  return value;
}

// Seconds that the zone is ahead of UTC; `valid` is cleared if it is no zone.
int64_t read_zone(FixedFields& fields, bool& valid) {
  if (fields.optional('Z')) return 0;
  const bool ahead = fields.optional('+');
  if (!ahead) fields.literal("-");
  const unsigned hours = fields.digits(2);
  fields.literal(":");
  const unsigned minutes = fields.digits(2);
  valid = hours <= 23 && minutes <= 59;
  const int64_t seconds = (int64_t{hours} * 60 + minutes) * 60;
  return ahead ? seconds : -seconds;
}

}  // namespace

std::optional<int64_t> to_seconds(const CivilTime& time) {
  // chrono keeps months and days in a byte each, whatever they are made from.
  if (time.year < 1 || time.year > 9999 || time.month > 12 || time.day > 31) return std::nullopt;
  if (time.hour > 23 || time.minute > 59 || time.second > 60) return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year(time.year), std::chrono::month(time.month), std::chrono::day(time.day)};
  if (!date.ok()) return std::nullopt;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return days * kDay + (int64_t{time.hour} * 60 + time.minute) * 60 + time.second;
}

CivilTime to_civil(int64_t seconds) {
  const auto second_of_day = static_cast<unsigned>(seconds % kDay);
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(seconds / kDay))};
  return {static_cast<int>(date.year()),     static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()), second_of_day / 3600,
          second_of_day / 60 % 60,           second_of_day % 60};
}

std::optional<IsoTime> parse_iso_time(std::string_view text) {
  FixedFields fields(text);
  CivilTime time;
  time.year = static_cast<int>(fields.digits(4));
  fields.literal("-");
  time.month = fields.digits(2);
  fields.literal("-");
  time.day = fields.digits(2);
  fields.literal("T");
  time.hour = fields.digits(2);
  fields.literal(":");
  time.minute = fields.digits(2);
  fields.literal(":");
  time.second = fields.digits(2);
  const std::string_view fraction = fields.optional('.') ? fields.digit_run() : std::string_view();
  bool valid = true;
  const int64_t zone = read_zone(fields, valid);
  const auto seconds = to_seconds(time);
  if (!fields.complete() || !valid || !seconds || fraction.size() > kMaxFraction) {
    return std::nullopt;
  }
  return IsoTime{*seconds - zone, nanoseconds_of(fraction)};
}

std::string format_iso_time(int64_t seconds) {
  const CivilTime time = to_civil(seconds);
  std::string out;
  append_digits(out, static_cast<unsigned>(time.year), 4);
  append_digits(out += '-', time.month, 2);
  append_digits(out += '-', time.day, 2);
  append_digits(out += 'T', time.hour, 2);
  append_digits(out += ':', time.minute, 2);
  append_digits(out += ':', time.second, 2);
  return out += ".000Z";
}

}  // namespace dataaction
