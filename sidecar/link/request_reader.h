// Reads the REQUESTs of one connection. Memory grows with what has come, not with what was
// announced.

#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "core/link/frame.h"
#include "sidecar/runtime/clock.h"
#include "sidecar/runtime/task.h"
#include "sidecar/runtime/unix_stream.h"

namespace dataaction {

class RequestReader {
 public:
  // Why there is no request: nothing for the log if the worker has closed between two of them, or
  // if we stop.
  using End = std::string;

  // Both outlive the reader.
  RequestReader(UnixStream& stream, Clock& clock) : stream_(stream), clock_(clock) {}

  // The request refers to the reader's memory, until the next call. Until its first byte has come
  // the wait is in the scope `idle`; then it must be there in kRequestTime.
  Task<std::expected<frame::Request, End>> next(CancelScope& idle);

  static constexpr std::chrono::seconds kRequestTime{30};

 private:
  // The bytes of the frame that begins here, as far as they can be known by now.
  std::expected<size_t, End> wanted() const;
  Task<std::expected<void, End>> read_frame();
  Task<Result<size_t>> read_more();

  UnixStream& stream_;
  Clock& clock_;
  std::string space_;
  size_t held_ = 0;  // bytes of it that have been read
};

}  // namespace dataaction
