#include "core/base/siphash.h"

#include <bit>
#include <cstddef>
#include <cstring>

namespace dataaction {
namespace {

struct SipState {
  // "somepseudorandomlygeneratedbytes"
  explicit SipState(const SipKey& key)
      : a(key[0] ^ 0x736f6d6570736575),
        b(key[1] ^ 0x646f72616e646f6d),
        c(key[0] ^ 0x6c7967656e657261),
        d(key[1] ^ 0x7465646279746573) {}

  void round() {
    a += b;
    b = std::rotl(b, 13) ^ a;
    a = std::rotl(a, 32);
    c += d;
    d = std::rotl(d, 16) ^ c;
    a += d;
    d = std::rotl(d, 21) ^ a;
    c += b;
    b = std::rotl(b, 17) ^ c;
    c = std::rotl(c, 32);
  }
  void add(uint64_t word) {
    d ^= word;
    round();
    round();
    a ^= word;
  }
  // `rest`: the bytes that make no word, below the length's low byte.
  uint64_t finish(uint64_t rest) {
    add(rest);
    c ^= 0xFF;
    for (int i = 0; i < 4; ++i) round();
    return a ^ b ^ c ^ d;
  }

  uint64_t a, b, c, d;
};

uint64_t word_at(const char* bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  return std::endian::native == std::endian::little ? word : __builtin_bswap64(word);
}

// The first `size` bytes, less than eight, little-endian.
uint64_t word_at(const char* bytes, size_t size) {
  uint64_t word = 0;
  for (size_t i = 0; i < size; ++i) {
    word |= uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return word;
}

}  // namespace

uint64_t siphash(const SipKey& key, std::string_view bytes) {
  SipState state(key);
  const char* p = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; p += 8, left -= 8) state.add(word_at(p));
  return state.finish(uint64_t{bytes.size()} << 56 | word_at(p, left));
}

uint64_t siphash(const SipKey& key, uint64_t first, uint64_t second, uint8_t last) {
  SipState state(key);
  state.add(first);
  state.add(second);
  return state.finish(uint64_t{17} << 56 | last);
}

}  // namespace dataaction
