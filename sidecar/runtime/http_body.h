// The body of an answer between libcurl, which adds what came, and the reader, who takes pieces:
// decoded if it is gzip, each bounded, all together at most `max_body`. What waits here is still
// encoded, so a body that decodes to a thousand times its size does not count for more.

#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "sidecar/runtime/gzip_decoder.h"
#include "sidecar/runtime/http.h"

namespace dataaction {

class HttpBody {
 public:
  // No more is added while this much waits.
  static constexpr size_t kReadAhead = 64 << 10;

  explicit HttpBody(size_t max_body) : max_body_(max_body) {}

  // Before the first byte. Codings other than gzip were not asked for and pass as they are.
  void begin(const HttpHeaders& headers);

  bool full() const { return waiting_.size() >= kReadAhead; }
  void add(std::string_view received) { waiting_ += received; }

  // Empty: nothing before more is added. kTooLarge; kProtocol: damaged gzip.
  std::expected<std::string, HttpError> take();

  // When all was taken: the body may end here.
  bool complete() const { return !gzip_ || gzip_->complete(); }

 private:
  std::expected<std::string, HttpError> take_decoded();

  size_t max_body_;
  size_t taken_ = 0;
  std::string waiting_;
  std::optional<GzipDecoder> gzip_;
};

}  // namespace dataaction
