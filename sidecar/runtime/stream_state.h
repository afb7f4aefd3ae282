// The uv_pipe_t of a UnixStream and what its callbacks need. Not for users of streams.

#pragma once

#include <uv.h>

#include <memory>
#include <string>

#include "sidecar/runtime/handle.h"
#include "sidecar/runtime/stream_operations.h"

namespace dataaction {

class StreamState final : public HandleState<uv_pipe_t>, private Deferred {
 public:
  static HandleStatePtr<StreamState> create(Loop& loop) noexcept;

  uv_pipe_t* pipe() { return &handle_; }
  uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&handle_); }

  void close() noexcept;

  void begin_read(StreamRead& read) noexcept;
  void cancel_read() noexcept;

  void begin_write() noexcept;
  void end_write() noexcept { writing_ = false; }

  void watch(CancelScope& scope) noexcept;
  void let_talk() noexcept { may_talk_ = true; }
  void unwatch() noexcept;

  bool busy() const { return reader_ != nullptr || writing_ || watcher_ != nullptr; }
  size_t early_bytes() const { return early_.size(); }
  Loop& loop() const { return loop_; }

 private:
  explicit StreamState(Loop& loop) noexcept : loop_(loop) {}
  ~StreamState() override = default;

  enum class Stop : uint8_t { kNow, kLater };
  void update_reading(Stop stop = Stop::kLater) noexcept;
  void on_deferred() noexcept override;
  bool wants_to_read() const;
  void received(size_t size) noexcept;
  void ended(Result<size_t> how) noexcept;  // no more reading
  void lost(Result<size_t> how) noexcept;   // and that because of the peer
  void finish_read(Result<size_t> result) noexcept;

  static void on_allocate(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) noexcept;
  static void on_read(uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) noexcept;

  Loop& loop_;
  StreamRead* reader_ = nullptr;
  CancelScope* watcher_ = nullptr;
  bool may_talk_ = false;
  bool reading_ = false;
  bool drained_ = false;  // the last read has left nothing in the kernel
  bool writing_ = false;
  std::optional<Result<size_t>> end_;  // how reading ended, once it has
  std::string early_;
  std::unique_ptr<char[]> early_space_;
};

}  // namespace dataaction
