// A listening Unix stream socket: `Result<UnixStream> stream = co_await listener.accept();`
//
// Connections that nobody accepts stay in the kernel's backlog (but one, which libuv takes out
// before it stops polling): a full TaskGroup stops accepting and so bounds what the daemon takes
// on. One accept() at a time. The listener may be moved while none is pending.

#pragma once

#include "sidecar/runtime/unix_stream.h"

namespace dataaction {

class ListenerState;

class Accept final : public Operation<UnixStream> {
 public:
  explicit Accept(ListenerState& listener) noexcept : listener_(listener) {}

 private:
  friend class ListenerState;
  void start() noexcept override;
  void on_cancel(CancelReason reason) noexcept override;

  ListenerState& listener_;
};

class UnixListener {
 public:
  // Takes a bound socket, listening or not yet; in case of an error it is closed.
  static Result<UnixListener> adopt(Loop& loop, int fd, int backlog) noexcept;

  UnixListener(UnixListener&& other) noexcept;
  UnixListener& operator=(UnixListener&&) = delete;
  ~UnixListener();

  // kSystem concerns one connection; the listener goes on. Out of descriptors, libuv closes the
  // connections that wait, and this one goes on waiting.
  Accept accept() noexcept { return Accept(*state_); }

  // Ends a pending accept() with kClosed. Removes no file. May be called again.
  void close() noexcept;

 private:
  explicit UnixListener(HandleStatePtr<ListenerState> state) noexcept;

  HandleStatePtr<ListenerState> state_;
};

}  // namespace dataaction
