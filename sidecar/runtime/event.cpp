#include "sidecar/runtime/event.h"

#include "sidecar/runtime/bug.h"

namespace dataaction {

Event::~Event() {
  if (!waiters_.empty()) bug("an Event ends while someone waits for it");
}

void Event::set() noexcept {
  set_ = true;
  while (Wait* waiter = waiters_.pop_front()) waiter->finish({});
}

void Event::Wait::start() noexcept {
  if (event_.set_) {
    finish({});
  } else {
    event_.waiters_.push_back(*this);
  }
}

void Event::Wait::on_cancel(CancelReason reason) noexcept {
  ListNode<InEvent>::unlink();
  finish(std::unexpected(Error(reason)));
}

}  // namespace dataaction
