// Fields of a binary format, one after the other: little-endian numbers, and texts behind their
// length. Readers and writers of core/link/frame.h and of cursors.

#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dataaction {

// Reads fields off the front. After the first one that is not there whole, every further read gives
// nothing and `ok()` is false: a decoder reads all fields and asks once. A view of the bytes.
class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : rest_(bytes) {}

  template <std::unsigned_integral T>
  T number() {
    const std::string_view bytes = take(sizeof(T));
    T value = 0;
    for (size_t i = 0; i < bytes.size(); ++i) {
      value = static_cast<T>(value | static_cast<T>(static_cast<uint8_t>(bytes[i])) << (8 * i));
    }
    return value;
  }

  template <std::unsigned_integral Size>
  std::string_view string() {
    return take(number<Size>());
  }

  std::string_view take(size_t size) {
    if (size > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }

  bool ok() const { return ok_; }
  bool finished() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

// Appends to `out`, which outlives it.
class FieldWriter {
 public:
  explicit FieldWriter(std::string& out) : out_(out) {}

  template <std::unsigned_integral T>
  void number(T value) {
    for (size_t i = 0; i < sizeof(T); ++i) out_ += static_cast<char>(value >> (8 * i) & 0xFF);
  }

  // Cut at what `Size` can say.
  template <std::unsigned_integral Size>
  void string(std::string_view text) {
    text = text.substr(0, static_cast<Size>(-1));
    number(static_cast<Size>(text.size()));
    out_ += text;
  }

 private:
  std::string& out_;
};

}  // namespace dataaction
