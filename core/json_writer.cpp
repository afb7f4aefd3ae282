#include "core/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/utf8.h"

namespace dataaction {
namespace {

constexpr char kHex[] = "0123456789abcdef";
constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// 0: copy as it is; 'u': \u00XX; '8': not ASCII; else the letter of a two-character escape.
constexpr std::array<char, 256> make_escapes() {
  std::array<char, 256> table{};
  for (int c = 0; c < 0x20; ++c) table[c] = 'u';
  for (int c = 0x80; c < 0x100; ++c) table[c] = '8';
  table['"'] = '"';
  table['\\'] = '\\';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  return table;
}

constexpr std::array<char, 256> kEscapes = make_escapes();

void append_escape(std::string& out, unsigned char c, char escape) {
  out += '\\';
  out += escape;
  if (escape == 'u') {
    out += "00";
    out += kHex[c >> 4];
    out += kHex[c & 15];
  }
}

template <typename Integer>
void append_integer(std::string& out, Integer value) {
  char digits[std::numeric_limits<Integer>::digits10 + 3];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
  out.append(digits, end);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  const char* run = text.data();  // what has been looked at and not been copied yet
  const char* p = run;
  const char* const end = p + text.size();
  while (p < end) {
    const auto c = static_cast<unsigned char>(*p);
    const char escape = kEscapes[c];
    if (escape == 0) {
      ++p;
    } else if (escape == '8') {
      const Utf8Sequence sequence = read_utf8(p, end);
      if (!sequence.valid) {
        out.append(run, p);
        out += kReplacement;
        run = p + sequence.size;
      }
      p += sequence.size;
    } else {
      out.append(run, p);
      append_escape(out, c, escape);
      run = ++p;
    }
  }
  out.append(run, end);
  out += '"';
}

void append_json_integer(std::string& out, int64_t value) {
  append_integer(out, value);
}
void append_json_integer(std::string& out, uint64_t value) {
  append_integer(out, value);
}

void append_json_real(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  char digits[32];
  const std::string_view text(digits, std::to_chars(digits, digits + sizeof(digits), value).ptr);
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

void append_json_base64(std::string& out, std::string_view bytes) {
  out += '"';
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4 + 1);
  size_t i = 0;
  const auto byte = [&](size_t at) {
    return static_cast<uint32_t>(static_cast<uint8_t>(bytes[at]));
  };
  for (; i + 2 < bytes.size(); i += 3) {
    const uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    const char chars[4] = {kBase64[group >> 18], kBase64[group >> 12 & 63],
                           kBase64[group >> 6 & 63], kBase64[group & 63]};
    out.append(chars, 4);
  }
  if (i < bytes.size()) {
    const bool two = i + 1 < bytes.size();
    const uint32_t group = byte(i) << 16 | (two ? byte(i + 1) << 8 : 0);
    out += kBase64[group >> 18];
    out += kBase64[group >> 12 & 63];
    out += two ? kBase64[group >> 6 & 63] : '=';
    out += '=';
  }
  out += '"';
}

}  // namespace dataaction
