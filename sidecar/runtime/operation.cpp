#include "sidecar/runtime/operation.h"

#include "sidecar/runtime/bug.h"

namespace dataaction {

bool OperationBase::suspend(std::coroutine_handle<> waiter, CancelScope& scope) noexcept {
  if (state_ != State::kIdle) bug("an Operation is awaited twice");
  if (const auto reason = scope.reason()) {
    state_ = State::kDone;
    refuse(*reason);
    return false;
  }
  loop_ = &scope.loop();
  set_waiter(waiter);
  scope.add(*this);
  state_ = State::kStarting;
  start();
  if (state_ == State::kDone) return false;
  state_ = State::kWaiting;
  return true;
}

void OperationBase::complete() noexcept {
  if (state_ != State::kStarting && state_ != State::kWaiting) bug("an Operation finishes twice");
  Cancellable::unlink();
  if (std::exchange(state_, State::kDone) == State::kWaiting) loop_->post(*this);
}

}  // namespace dataaction
