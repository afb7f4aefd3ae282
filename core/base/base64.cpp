#include "core/base/base64.h"

#include <cstdint>

namespace dataaction {
namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  size_t i = 0;
  const auto byte = [&](size_t at) {
    return static_cast<uint32_t>(static_cast<uint8_t>(bytes[at]));
  };
  for (; i + 2 < bytes.size(); i += 3) {
    const uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    const char chars[4] = {kAlphabet[group >> 18], kAlphabet[group >> 12 & 63],
                           kAlphabet[group >> 6 & 63], kAlphabet[group & 63]};
    out.append(chars, 4);
  }
  if (i < bytes.size()) {
    const bool two = i + 1 < bytes.size();
    const uint32_t group = byte(i) << 16 | (two ? byte(i + 1) << 8 : 0);
    out += kAlphabet[group >> 18];
    out += kAlphabet[group >> 12 & 63];
    out += two ? kAlphabet[group >> 6 & 63] : '=';
    out += '=';
  }
}

}  // namespace dataaction
