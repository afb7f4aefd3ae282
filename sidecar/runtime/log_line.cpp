#include "sidecar/runtime/log_line.h"

#include <time.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/base/utf8.h"
#include "core/json/json_writer.h"

namespace dataaction {

namespace {

using std::chrono::system_clock;

constexpr std::string_view kPlainTruncated = " truncated=true";
constexpr std::string_view kJsonTruncated = ",\"truncated\":true";
constexpr size_t kRoomForEnd = kJsonTruncated.size() + 2;  // and `}` and the line feed

// Not in the middle of a character.
std::string_view cut(std::string_view text, bool& truncated) {
  if (text.size() <= kMaxLogValue) return text;
  truncated = true;
  size_t size = kMaxLogValue;
  while (size > kMaxLogValue - 4 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

void append_hex(std::string& out, std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += "\\x";
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
}

bool is_control(std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return first < 0x20 || first == 0x7F;
  return first == 0xC2 && static_cast<unsigned char>(sequence[1]) < 0xA0;
}

void append_escaped(std::string& out, std::string_view text) {
  const char* const end = text.data() + text.size();
  for (const char* p = text.data(); p < end;) {
    const Utf8Sequence read = read_utf8(p, end);
    const std::string_view sequence(p, read.size);
    if (!read.valid || is_control(sequence)) {
      append_hex(out, sequence);
    } else {
      if (*p == '"' || *p == '\\') out += '\\';
      out += sequence;
    }
    p += read.size;
  }
}

bool needs_quotes(std::string_view text) {
  return text.empty() || !std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  std::string_view("-_./:@+,%").contains(c);
         });
}

struct AppendValue {
  std::string& out;
  LogFormat format;
  bool& truncated;

  void operator()(std::string_view text) const {
    text = cut(text, truncated);
    if (format == LogFormat::kJson) {
      append_json(text);
    } else if (needs_quotes(text)) {
      out += '"';
      append_escaped(out, text);
      out += '"';
    } else {
      out += text;
    }
  }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(std::integral auto value) const { append_json_integer(out, value); }

  // JSON lets DEL and C1 stand as they are; a terminal does not.
  void append_json(std::string_view text) const {
    const size_t begin = out.size();
    append_json_string(out, text);
    for (size_t i = begin; i < out.size(); ++i) {
      const auto byte = static_cast<unsigned char>(out[i]);
      if (byte == 0x7F) {
        out.replace(i, 1, "\\u007f");
      } else if (byte == 0xC2 && static_cast<unsigned char>(out[i + 1]) < 0xA0) {
        std::array<char, 7> escape;
        std::snprintf(escape.data(), escape.size(), "\\u%04x",
                      static_cast<unsigned>(static_cast<unsigned char>(out[i + 1])));
        out.replace(i, 2, escape.data());
      }
    }
  }
};

void append_time(std::string& out, LogFormat format, system_clock::time_point time) {
  const time_t seconds = system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time));
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch());
  tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text;
  const bool json = format == LogFormat::kJson;
  const size_t size = std::strftime(text.data(), text.size(),
                                    json ? "%Y-%m-%dT%H:%M:%S" : "%Y/%m/%d %H:%M:%S", &parts);
  out.append(text.data(), size);
  if (!json) return;
  std::snprintf(text.data(), text.size(), ".%03dZ", static_cast<int>(milliseconds.count() % 1000));
  out += text.data();
}

}  // namespace

std::string_view name_of(LogLevel level) {
  static constexpr std::array<std::string_view, 8> kNames = {"emerg", "alert",  "crit", "error",
                                                             "warn",  "notice", "info", "debug"};
  return kNames[static_cast<size_t>(level)];
}

std::string format_log_line(LogFormat format, system_clock::time_point time, LogLevel level,
                            std::string_view event, std::span<const LogField> fields) {
  const bool json = format == LogFormat::kJson;
  std::string line;
  line.reserve(256);
  bool truncated = false;
  const AppendValue append_value{line, format, truncated};

  if (json) line += "{\"time\":\"";
  append_time(line, format, time);
  line += json ? "\",\"level\":\"" : " [";
  line += name_of(level);
  line += json ? "\",\"event\":" : "] ";
  if (json) {
    append_value(event);
  } else {
    append_escaped(line, cut(event, truncated));
  }

  for (const LogField& field : fields) {
    const size_t before = line.size();
    line += json ? ",\"" : " ";
    line += field.key;
    line += json ? "\":" : "=";
    std::visit(append_value, field.value);
    if (line.size() + kRoomForEnd > kMaxLogLine) {
      line.resize(before);
      truncated = true;
      break;
    }
  }
  if (truncated) line += json ? kJsonTruncated : kPlainTruncated;
  line += json ? "}\n" : "\n";
  return line;
}

}  // namespace dataaction
