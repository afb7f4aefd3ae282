// A connected Unix stream socket.
//
//     Result<size_t> got = co_await stream.read_some(buffer);      // 0: the peer has closed
//     Result<void> sent = co_await stream.write(header, payload);  // the kernel has all of it
//
// One read and one write may be pending at a time, the read in one task and the write in another.
// The memory of a read or write is the caller's and stays in use until the co_await returns,
// cancelled or not; in the frame that awaits it, it does.
//
// Cancelling a read leaves the stream as it was. Cancelling a write closes the stream: nobody can
// say how many of the bytes have gone. A closed stream fails everything with kClosed. The stream
// may be moved while nothing is pending, and is destroyed when nothing is; its socket is closed
// then.

#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>

#include "sidecar/runtime/error.h"
#include "sidecar/runtime/handle.h"
#include "sidecar/runtime/loop.h"
#include "sidecar/runtime/stream_operations.h"

namespace dataaction {

class StreamState;

class UnixStream {
 public:
  // Takes a connected socket; in case of an error it is closed.
  static Result<UnixStream> adopt(Loop& loop, int fd) noexcept;

  UnixStream(UnixStream&& other) noexcept;
  UnixStream& operator=(UnixStream&&) = delete;
  ~UnixStream();

  // Up to buffer.size() bytes, at least one, or 0 when the peer has closed its side. The buffer is
  // not empty.
  StreamRead read_some(std::span<char> buffer) noexcept { return {*state_, buffer}; }

  // All buffers, in order. (Not an initializer list: g++ 12 cannot keep one in a co_await
  // expression.)
  template <std::convertible_to<std::string_view>... Buffers>
    requires(sizeof...(Buffers) <= StreamWrite::kMaxBuffers)
  StreamWrite write(const Buffers&... buffers) noexcept {
    const std::array<std::string_view, sizeof...(buffers)> views = {std::string_view(buffers)...};
    return {*state_, views};
  }

  // Ends what is pending with kClosed.
  void close() noexcept;
  bool closed() const noexcept;

  // What the peer sent while a HangupWatch, and no read, was listening. The next read gets it.
  size_t early_bytes() const noexcept;

 private:
  friend class HangupWatch;
  friend class ListenerState;
  explicit UnixStream(HandleStatePtr<StreamState> state) noexcept;

  HandleStatePtr<StreamState> state_;
};

// As long as it lives, a peer that closes its side, or is gone, cancels `scope` with kHangup: for a
// flow that writes or computes and does not read. What the peer sends in that time is kept for the
// next read, up to kMaxEarlyBytes; a peer that sends more cancels the scope with kOverrun. One at a
// time; the stream is not moved meanwhile.
//
// Who writes the end of an answer lets the peer talk from there on: it may have read the end, and
// ask the next question, before the flow has heard that all is written.
//
// A peer that has only shut down its sending side counts as gone: on this link nobody does that who
// still wants an answer.
class HangupWatch {
 public:
  static constexpr size_t kMaxEarlyBytes = 4096;

  HangupWatch(UnixStream& stream, CancelScope& scope) noexcept;
  HangupWatch(const HangupWatch&) = delete;
  HangupWatch& operator=(const HangupWatch&) = delete;
  ~HangupWatch();

  // More than kMaxEarlyBytes wait in the kernel.
  void let_talk() noexcept;

 private:
  StreamState& state_;
};

}  // namespace dataaction
