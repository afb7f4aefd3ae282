#include "core/base/units.h"

#include <algorithm>
#include <array>
#include <limits>

namespace dataaction {
namespace {

constexpr uint64_t kMost = std::numeric_limits<int64_t>::max();

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// value * 10 + digit, unless that passes kMost.
bool append_digit(uint64_t& value, char digit) {
  const uint64_t d = static_cast<uint64_t>(digit - '0');
  if (value > (kMost - d) / 10) return false;
  value = value * 10 + d;
  return true;
}

struct TimeUnit {
  std::string_view name;
  uint64_t milliseconds;
};

// In falling order. A space ends a number of seconds, as in nginx.
constexpr std::array kTimeUnits = {
    TimeUnit{"w", 604'800'000}, TimeUnit{"d", 86'400'000}, TimeUnit{"h", 3'600'000},
    TimeUnit{"m", 60'000},      TimeUnit{"s", 1000},       TimeUnit{"ms", 1},
    TimeUnit{" ", 1000},
};
constexpr size_t kSeconds = 4;

// Where in kTimeUnits the unit stands that `text` begins with; its size if there is none. `ms` is
// no `m`.
size_t find_time_unit(std::string_view text) {
  size_t i = 0;
  while (i < kTimeUnits.size() && !text.starts_with(kTimeUnits[i].name)) ++i;
  return text.starts_with("ms") ? kSeconds + 1 : i;
}

}  // namespace

std::optional<uint64_t> parse_number(std::string_view text) {
  if (text.empty()) return std::nullopt;
  uint64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c) || !append_digit(value, c)) return std::nullopt;
  }
  return value;
}

std::optional<uint64_t> parse_size(std::string_view text) {
  if (text.empty()) return std::nullopt;
  unsigned shift = 0;
  switch (text.back()) {
    case 'K':
    case 'k':
      shift = 10;
      break;
    case 'M':
    case 'm':
      shift = 20;
      break;
    case 'G':
    case 'g':
      shift = 30;
      break;
    default:
      break;
  }
  if (shift != 0) text.remove_suffix(1);
  const auto value = parse_number(text);
  if (!value || *value > kMost >> shift) return std::nullopt;
  return *value << shift;
}

std::optional<std::chrono::milliseconds> parse_time(std::string_view text) {
  bool any_digit = false;
  uint64_t total = 0;
  uint64_t value = 0;
  size_t next = 0;  // the first unit that may still come

  const auto add = [&](uint64_t scale) {
    if (value > kMost / scale || value * scale > kMost - total) return false;
    total += value * scale;
    value = 0;
    return true;
  };

  while (!text.empty()) {
    if (is_digit(text.front())) {
      if (!append_digit(value, text.front())) return std::nullopt;
      any_digit = true;
      text.remove_prefix(1);
      continue;
    }
    const size_t unit = find_time_unit(text);
    // Seconds and a space stand for the same: one of them may come, and nothing but `ms` after
    // seconds.
    const bool late = unit < next || (kTimeUnits.size() - 1 == unit && next > kSeconds);
    if (unit == kTimeUnits.size() || late || !add(kTimeUnits[unit].milliseconds)) {
      return std::nullopt;
    }
    next = unit + 1;
    text.remove_prefix(kTimeUnits[unit].name.size());
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
  if (!any_digit || !add(kTimeUnits[kSeconds].milliseconds)) return std::nullopt;
  return std::chrono::milliseconds(static_cast<int64_t>(total));
}

std::optional<std::chrono::seconds> parse_seconds(std::string_view text) {
  const auto time = parse_time(text);
  if (!time || *time % std::chrono::seconds(1) != std::chrono::milliseconds(0)) {
    return std::nullopt;
  }
  return std::chrono::duration_cast<std::chrono::seconds>(*time);
}

}  // namespace dataaction
