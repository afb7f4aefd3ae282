// One UTF-8 sequence at a time, by the table of well-formed sequences (Unicode 15, table 3-7): no
// overlong forms, no surrogates, nothing above U+10FFFF.

#pragma once

#include <cstddef>
#include <string_view>

namespace dataaction {

struct Utf8Sequence {
  bool valid;
  size_t size;  // of the sequence; if it is not valid, of its maximal ill-formed part (at least 1)
};

// Looks at the sequence that begins at `p`; `p` < `end`.
constexpr Utf8Sequence read_utf8(const char* p, const char* end) {
  const auto byte = [p](size_t at) { return static_cast<unsigned char>(p[at]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {true, 1};

  size_t size = 0;
  unsigned char low = 0x80;  // bounds of the second byte
  unsigned char high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    size = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    size = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    size = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return {false, 1};
  }

  const auto available = static_cast<size_t>(end - p);
  for (size_t i = 1; i < size; ++i) {
    if (i >= available || byte(i) < low || byte(i) > high) return {false, i};
    low = 0x80;
    high = 0xBF;
  }
  return {true, size};
}

constexpr bool is_valid_utf8(std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p < end) {
    const Utf8Sequence sequence = read_utf8(p, end);
    if (!sequence.valid) return false;
    p += sequence.size;
  }
  return true;
}

}  // namespace dataaction
