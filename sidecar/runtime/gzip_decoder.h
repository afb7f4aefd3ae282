// gzip (RFC 1952) into a bounded piece of memory at a time, by zlib: the state is some 40 KiB
// whatever comes in. Trailers are checked; members may follow each other.

#pragma once

#include <zlib.h>

#include <optional>
#include <span>
#include <string_view>

namespace dataaction {

class GzipDecoder {
 public:
  GzipDecoder() noexcept;
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;
  ~GzipDecoder();

  // Writes to `output` and cuts what it has used off `input`. Gives the number of bytes written: if
  // that is all of `output`, there may be more. nullopt: this is not gzip, and nothing will be.
  std::optional<size_t> decode(std::string_view& input, std::span<char> output) noexcept;

  // What came in so far is nothing, or whole members.
  bool complete() const { return complete_; }

 private:
  z_stream stream_{};
  bool complete_ = true;
};

}  // namespace dataaction
