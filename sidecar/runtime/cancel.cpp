#include "sidecar/runtime/cancel.h"

#include "sidecar/runtime/bug.h"

namespace dataaction {

CancelScope::CancelScope(CancelScope& parent) noexcept
    : loop_(parent.loop_), reason_(parent.reason_) {
  if (!reason_) parent.add(*this);
}

CancelScope::~CancelScope() {
  if (!members_.empty()) bug("a CancelScope ends while something runs in it");
}

void CancelScope::cancel(CancelReason reason) noexcept {
  if (reason_) return;
  reason_ = reason;
  // One at a time: ending one (a write that closes its stream) may end others.
  while (Cancellable* member = members_.pop_front()) member->on_cancel(reason);
}

}  // namespace dataaction
