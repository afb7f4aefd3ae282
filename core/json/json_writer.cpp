#include "core/json/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/base/base64.h"
#include "core/base/utf8.h"

namespace dataaction {
namespace {

constexpr char kHex[] = "0123456789abcdef";
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
  append_base64(out, bytes);
  out += '"';
}

}  // namespace dataaction
