// The base of everything that a coroutine waits for outside of other tasks: a read, a timer, a job.
//
// An Operation lives in the frame of the coroutine that awaits it, and that frame stays until
// finish() was called; so a derived class may hand pointers to itself, or to the caller's memory,
// to libuv or to a thread, if it calls finish() only when they have let go. That holds under
// cancellation too: on_cancel() either lets go at once and finishes, or makes libuv let go and
// finishes then. The coroutine goes on in the loop's ready queue, never inside finish().

#pragma once

#include <coroutine>
#include <optional>
#include <utility>

#include "sidecar/runtime/cancel.h"
#include "sidecar/runtime/loop.h"
#include "sidecar/runtime/task.h"

namespace dataaction {

class OperationBase : private Resumable, protected Cancellable {
 public:
  OperationBase(const OperationBase&) = delete;
  OperationBase& operator=(const OperationBase&) = delete;

 protected:
  OperationBase() = default;
  ~OperationBase() = default;

  // Begins what is waited for. May call finish().
  virtual void start() noexcept = 0;
  // Instead of start(), in a scope that is cancelled already.
  virtual void refuse(CancelReason reason) noexcept = 0;

  bool suspend(std::coroutine_handle<> waiter, CancelScope& scope) noexcept;
  void complete() noexcept;

 private:
  enum class State : uint8_t { kIdle, kStarting, kWaiting, kDone };

  Loop* loop_ = nullptr;
  State state_ = State::kIdle;
};

template <typename T>
class [[nodiscard]] Operation : public OperationBase {
 public:
  bool await_ready() const noexcept { return result_.has_value(); }

  template <TaskPromise P>
  bool await_suspend(std::coroutine_handle<P> waiter) noexcept {
    return suspend(waiter, waiter.promise().scope());
  }

  Result<T> await_resume() noexcept { return std::move(*result_); }

 protected:
  Operation() = default;
  // Nothing to wait for.
  explicit Operation(Result<T> result) : result_(std::move(result)) {}
  ~Operation() = default;

  // Once; nothing of *this may be used by others afterwards.
  void finish(Result<T> result) noexcept {
    result_.emplace(std::move(result));
    complete();
  }

  void refuse(CancelReason reason) noexcept override {
    result_.emplace(std::unexpect, Error(reason));
  }

 private:
  std::optional<Result<T>> result_;
};

// co_await yield(): everybody else who is ready goes first; sockets and timers too, if that happens
// often. Also how a flow that never waits learns that it is cancelled.
class [[nodiscard]] Yield : private Resumable {
 public:
  bool await_ready() const noexcept { return false; }

  template <TaskPromise P>
  void await_suspend(std::coroutine_handle<P> waiter) noexcept {
    scope_ = &waiter.promise().scope();
    set_waiter(waiter);
    scope_->loop().post(*this);
  }

  Result<void> await_resume() const noexcept {
    if (const auto reason = scope_->reason()) return std::unexpected(Error(*reason));
    return {};
  }

 private:
  CancelScope* scope_ = nullptr;
};

inline Yield yield() {
  return {};
}

}  // namespace dataaction
