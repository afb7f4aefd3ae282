// One event as one line of the log, plain or JSON. Pure.
//
//     2026/01/31 12:00:00 [notice] stream ended context=ab12 records=500 reason="out of time"
//     {"time":"2026-01-31T12:00:00.123Z","level":"notice","event":"stream ended","context":"ab12"}
//
// Whatever is in the values, a line stays one line, is UTF-8, and sends nothing to a terminal but
// text: control characters (C0, DEL, C1) and bytes that are not UTF-8 are escaped. Keys and events
// are literals of ours. A line has at most kMaxLogLine bytes with its line feed: a value beyond
// kMaxLogValue bytes is cut, and fields beyond the line are left out; `truncated` then says so.

#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "core/config/config.h"

namespace dataaction {

// PIPE_BUF: a pipe takes a line whole, or is not writable.
inline constexpr size_t kMaxLogLine = 4096;
inline constexpr size_t kMaxLogValue =
    512;  // an escape takes up to 6 bytes, and the event must fit

// Refers to the caller's string.
struct LogField {
  using Value = std::variant<std::string_view, int64_t, uint64_t, bool>;

  constexpr LogField(std::string_view key, std::string_view value) : key(key), value(value) {}
  constexpr LogField(std::string_view key, const char* value)
      : key(key), value(std::string_view(value)) {}
  LogField(std::string_view key, const std::string& value)
      : key(key), value(std::string_view(value)) {}
  constexpr LogField(std::string_view key, bool value) : key(key), value(value) {}
  template <std::signed_integral T>
  constexpr LogField(std::string_view key, T value) : key(key), value(int64_t{value}) {}
  template <std::unsigned_integral T>
  constexpr LogField(std::string_view key, T value) : key(key), value(uint64_t{value}) {}

  std::string_view key;
  Value value;
};

std::string_view name_of(LogLevel level);

// With its line feed. The time is UTC.
std::string format_log_line(LogFormat format, std::chrono::system_clock::time_point time,
                            LogLevel level, std::string_view event,
                            std::span<const LogField> fields);

}  // namespace dataaction
