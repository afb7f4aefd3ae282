// The 64-bit FNV-1a hash: for telling configurations apart, not for anything an attacker may
// choose.

#pragma once

#include <cstdint>
#include <string_view>

namespace dataaction {

class Fnv1a {
 public:
  constexpr void add(char byte) {
    hash_ = (hash_ ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  }
  constexpr void add(std::string_view bytes) {
    for (const char byte : bytes) add(byte);
  }
  constexpr uint64_t value() const { return hash_; }

 private:
  uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace dataaction
