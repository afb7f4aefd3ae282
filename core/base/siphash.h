// SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed hash for tables whose keys others choose.

#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace dataaction {

using SipKey = std::array<uint64_t, 2>;

uint64_t siphash(const SipKey& key, std::string_view bytes);
// Of the 17 bytes that two words, little-endian, and a byte are.
uint64_t siphash(const SipKey& key, uint64_t first, uint64_t second, uint8_t last);

}  // namespace dataaction
