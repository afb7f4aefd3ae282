#include "core/base/percent_encoding.h"

#include "core/base/ascii.h"

namespace dataaction {

std::optional<std::string> percent_decoded(std::string_view text, char plus) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? plus : text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? ascii_hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? ascii_hex_digit(text[i + 2]) : -1;
    if (low < 0) return std::nullopt;
    out += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return out;
}

}  // namespace dataaction
