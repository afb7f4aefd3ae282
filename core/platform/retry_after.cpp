#include "core/platform/retry_after.h"

#include <algorithm>

#include "core/base/http_date.h"

namespace dataaction {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kMost = kMaxRetryAfter;

std::string_view without_blanks(std::string_view text) {
  const size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

// `digits` are digits; any number of them.
milliseconds bounded_seconds(std::string_view digits) {
  seconds value{0};
  for (const char c : digits) value = std::min(value * 10 + seconds(c - '0'), kMaxRetryAfter);
  return value;
}

}  // namespace

std::optional<milliseconds> parse_retry_after(std::string_view value, milliseconds now) {
  value = without_blanks(value);
  if (value.empty()) return std::nullopt;
  if (value.find_first_not_of("0123456789") == std::string_view::npos) {
    return bounded_seconds(value);
  }
  const auto date = parse_http_date(value, std::chrono::floor<seconds>(now).count());
  if (!date) return std::nullopt;
  return std::clamp(seconds(*date) - now, milliseconds(0), kMost);
}

}  // namespace dataaction
