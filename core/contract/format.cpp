#include "core/contract/format.h"

#include "core/base/civil_time.h"
#include "core/base/fixed_fields.h"

namespace dataaction {
namespace {

void read_date(FixedFields& fields, CivilTime& time) {
  time.year = static_cast<int>(fields.digits(4));
  fields.literal("-");
  time.month = fields.digits(2);
  fields.literal("-");
  time.day = fields.digits(2);
}

// False if a part of the zone is out of its range; RFC 3339 has `z` as well as `Z`.
bool read_zone(FixedFields& fields) {
  if (fields.optional('Z') || fields.optional('z')) return true;
  if (!fields.optional('+')) fields.literal("-");
  const unsigned hours = fields.digits(2);
  fields.literal(":");
  return hours <= 23 && fields.digits(2) <= 59;
}

bool read_time(FixedFields& fields, CivilTime& time) {
  time.hour = fields.digits(2);
  fields.literal(":");
  time.minute = fields.digits(2);
  fields.literal(":");
  time.second = fields.digits(2);
  if (fields.optional('.')) fields.digit_run();
  return read_zone(fields);
}

// RFC 3339 has the year 0 too, which is a leap year of the Gregorian calendar as 2000 is.
bool exists(CivilTime time) {
  if (time.year == 0) time.year = 2000;
  return to_seconds(time).has_value();
}

bool is_date(std::string_view text) {
  FixedFields fields(text);
  CivilTime time;
  read_date(fields, time);
  return fields.complete() && exists(time);
}

bool is_time(std::string_view text) {
  FixedFields fields(text);
  CivilTime time;
  return read_time(fields, time) && fields.complete() && exists(time);
}

bool is_date_time(std::string_view text) {
  FixedFields fields(text);
  CivilTime time;
  read_date(fields, time);
  if (!fields.optional('t')) fields.literal("T");
  return read_time(fields, time) && fields.complete() && exists(time);
}

}  // namespace

bool has_format(std::string_view text, std::string_view format) {
  if (format == "date") return is_date(text);
  if (format == "time") return is_time(text);
  if (format == "date-time") return is_date_time(text);
  return true;
}

}  // namespace dataaction
