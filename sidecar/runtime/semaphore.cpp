#include "sidecar/runtime/semaphore.h"

#include "sidecar/runtime/bug.h"

namespace dataaction {

Semaphore::~Semaphore() {
  if (waiting_ > 0) bug("a Semaphore ends while someone waits for it");
}

void Semaphore::release() noexcept {
  Acquire* next = waiters_.pop_front();
  if (next == nullptr) {
    ++available_;
    return;
  }
  --waiting_;
  next->finish(Permit(*this));
}

void Semaphore::Acquire::start() noexcept {
  if (semaphore_.available_ > 0) {
    --semaphore_.available_;
    finish(Permit(semaphore_));
  } else if (semaphore_.waiting_ >= semaphore_.max_waiting_) {
    finish(std::unexpected(Error(ErrorCode::kOverloaded, "semaphore")));
  } else {
    ++semaphore_.waiting_;
    semaphore_.waiters_.push_back(*this);
  }
}

void Semaphore::Acquire::on_cancel(CancelReason reason) noexcept {
  ListNode<InSemaphore>::unlink();
  --semaphore_.waiting_;
  finish(std::unexpected(Error(reason)));
}

}  // namespace dataaction
