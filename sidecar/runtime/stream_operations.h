// What `co_await stream.read_some()` and `co_await stream.write()` are made of; see unix_stream.h.

#pragma once

#include <uv.h>

#include <array>
#include <span>
#include <string_view>

#include "sidecar/runtime/operation.h"

namespace dataaction {

class StreamState;

class StreamRead final : public Operation<size_t> {
 public:
  StreamRead(StreamState& stream, std::span<char> buffer) noexcept
      : stream_(stream), buffer_(buffer) {}

 private:
  friend class StreamState;
  void start() noexcept override;
  void on_cancel(CancelReason reason) noexcept override;

  StreamState& stream_;
  std::span<char> buffer_;
};

class StreamWrite final : public Operation<void>, private Deferred {
 public:
  static constexpr size_t kMaxBuffers = 8;

  StreamWrite(StreamState& stream, std::span<const std::string_view> buffers) noexcept;

 private:
  void start() noexcept override;
  void on_deferred() noexcept override;
  void on_cancel(CancelReason reason) noexcept override;
  // Takes what has been written out of the buffers; true if it was all.
  bool take(size_t written) noexcept;
  void end(Result<void> result) noexcept;
  static void on_written(uv_write_t* request, int status) noexcept;

  StreamState& stream_;
  Error broken_off_{ErrorCode::kClosed, "write"};  // what ended a write that libuv gave up
  bool in_libuv_ = false;
  bool cancelled_ = false;
  uv_write_t request_;
  std::array<uv_buf_t, kMaxBuffers> buffers_;
  unsigned count_ = 0;
};

}  // namespace dataaction
