#include "sidecar/runtime/gzip_decoder.h"

#include <algorithm>
#include <limits>

#include "sidecar/runtime/bug.h"

namespace dataaction {

namespace {

constexpr int kGzipOnly = 16 + MAX_WBITS;  // zlib.h, inflateInit2()

unsigned zlib_size(size_t size) {
  return static_cast<unsigned>(std::min<size_t>(size, std::numeric_limits<unsigned>::max()));
}

}  // namespace

GzipDecoder::GzipDecoder() noexcept {
  if (inflateInit2(&stream_, kGzipOnly) != Z_OK) bug("inflateInit2");
}

GzipDecoder::~GzipDecoder() {
  inflateEnd(&stream_);
}

std::optional<size_t> GzipDecoder::decode(std::string_view& input,
                                          std::span<char> output) noexcept {
  size_t written = 0;
  for (;;) {
    if (complete_) {
      if (input.empty()) return written;
      inflateReset(&stream_);
      complete_ = false;
    }
    const std::span<char> room = output.subspan(written);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream_.avail_in = zlib_size(input.size());
    stream_.next_out = reinterpret_cast<Bytef*>(room.data());
    stream_.avail_out = zlib_size(room.size());
    const int status = inflate(&stream_, Z_NO_FLUSH);
    input.remove_prefix(zlib_size(input.size()) - stream_.avail_in);
    written += zlib_size(room.size()) - stream_.avail_out;

    if (status == Z_STREAM_END) {
      complete_ = true;
    } else if (status == Z_BUF_ERROR ||
               (status == Z_OK && (input.empty() || written == output.size()))) {
      return written;  // no more input, or no more room
    } else if (status != Z_OK) {
      return std::nullopt;
    }
  }
}

}  // namespace dataaction
