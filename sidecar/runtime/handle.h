// Ownership of libuv handles, whose memory must stay until uv_close()'s callback, and the rule that
// a handle keeps the loop alive only while a coroutine waits for it.
//
// HandlePtr: for a handle whose callbacks need no state of their own. HandleState: the base of a
// handle's state, which lives until both its owner has let go of it and libuv has.

#pragma once

#include <uv.h>

#include <memory>

namespace dataaction {

template <typename H>
void keep_loop_alive(H* handle, bool alive) noexcept {
  auto* base = reinterpret_cast<uv_handle_t*>(handle);
  alive ? uv_ref(base) : uv_unref(base);
}

struct CloseHandle {
  template <typename H>
  void operator()(H* handle) const noexcept {
    uv_close(reinterpret_cast<uv_handle_t*>(handle),
             [](uv_handle_t* closed) noexcept { delete reinterpret_cast<H*>(closed); });
  }
};

// Only of a handle whose uv_..._init() has succeeded.
template <typename H>
using HandlePtr = std::unique_ptr<H, CloseHandle>;

template <typename H>
class HandleState {
 public:
  HandleState(const HandleState&) = delete;
  HandleState& operator=(const HandleState&) = delete;

  // Pending libuv callbacks of the handle still come, then it is gone. May be called again.
  void close_handle() noexcept {
    if (closing_) return;
    closing_ = true;
    uv_close(reinterpret_cast<uv_handle_t*>(&handle_), [](uv_handle_t* closed) noexcept {
      auto* self = static_cast<HandleState*>(closed->data);
      self->closed_ = true;
      if (!self->owned_) delete self;
    });
  }

  // Instead of delete.
  void release() noexcept {
    owned_ = false;
    close_handle();
    if (closed_) delete this;
  }

  bool closing() const { return closing_; }

 protected:
  HandleState() noexcept { handle_.data = this; }
  virtual ~HandleState() = default;

  H handle_{};

 private:
  bool owned_ = true;
  bool closing_ = false;
  bool closed_ = false;
};

struct ReleaseHandle {
  template <typename H>
  void operator()(HandleState<H>* state) const noexcept {
    state->release();
  }
};

// Of a class derived from HandleState, made with new, its handle initialized.
template <typename State>
using HandleStatePtr = std::unique_ptr<State, ReleaseHandle>;

}  // namespace dataaction
