// Retry-After and HTTP dates. A wait is within its bounds and does not depend on blanks around it;
// a date is one of the calendar and gives the wait until then. Times and intervals of ISO 8601 come
// back from what they are written as. The first line of the input is now.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/base/civil_time.h"
#include "core/base/http_date.h"
#include "core/base/iso_interval.h"
#include "core/base/units.h"
#include "core/platform/retry_after.h"

namespace {

using namespace dataaction;
using std::chrono::milliseconds;
using std::chrono::seconds;

void require(bool what) {
  if (!what) std::abort();
}

void check_retry_after(std::string_view value, milliseconds now) {
  const auto wait = parse_retry_after(value, now);
  require(parse_retry_after('\t' + std::string(value) + ' ', now) == wait);
  if (wait) require(wait->count() >= 0 && *wait <= kMaxRetryAfter);

  const auto date = parse_http_date(value, std::chrono::floor<seconds>(now).count());
  if (!date) return;
  const milliseconds most = kMaxRetryAfter;
  require(wait == std::clamp<milliseconds>(seconds(*date) - now, milliseconds(0), most));
  if (*date >= 0) require(*date <= kLastSecond + 1 && to_civil(*date).year <= 10'000);
}

void check_interval(std::string_view text) {
  const auto interval = parse_iso_interval(text);
  if (!interval) {
    require(!interval.error().empty());
    return;
  }
  require(0 <= interval->begin && interval->begin < interval->end && interval->end <= kLastSecond);
  require(parse_iso_interval(format_iso_interval(*interval)) == interval);
  if (const auto halves = split_by_day(*interval)) {
    require(halves->first.begin == interval->begin && halves->second.end == interval->end);
    require(halves->first.end == halves->second.begin && halves->first.end % 86'400 == 0);
    require(halves->first.begin < halves->first.end && halves->second.begin < halves->second.end);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t line = std::min(input.find('\n'), input.size());
  const uint64_t now = parse_number(input.substr(0, line)).value_or(0);
  const std::string_view value = input.substr(std::min(line + 1, input.size()));
  check_retry_after(value, milliseconds(now % (kLastSecond * 1000)));
  check_interval(value);
  return 0;
}
