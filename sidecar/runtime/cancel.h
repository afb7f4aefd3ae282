// Cancellation. Every task runs in a CancelScope, inherited from whoever awaits it; every operation
// that waits is registered with its scope. cancel() ends them all, and those of the scopes inside,
// with the reason as their error; the flow sees the error, returns, and its destructors run. In a
// cancelled scope a new operation fails at once.
//
// cancel() itself runs no coroutine (they are posted, see loop.h), so it can be called from
// anywhere on the loop's thread, also from within the scope. A scope is not moved and outlives
// whatever runs in it: make it in the coroutine that awaits the work.

#pragma once

#include <optional>

#include "sidecar/runtime/error.h"
#include "sidecar/runtime/list.h"

namespace dataaction {

class Loop;
struct InScope;

// What a scope can end: an operation that waits, or a scope inside.
class Cancellable : public ListNode<InScope> {
 public:
  // Called once, after it has left the scope's list. Must not run code of the flow.
  virtual void on_cancel(CancelReason reason) noexcept = 0;

 protected:
  ~Cancellable() = default;
};

class CancelScope final : private Cancellable {
 public:
  // A root: nobody else cancels it.
  explicit CancelScope(Loop& loop) noexcept : loop_(loop) {}
  explicit CancelScope(CancelScope& parent) noexcept;
  ~CancelScope();

  void cancel(CancelReason reason) noexcept;

  std::optional<CancelReason> reason() const { return reason_; }
  Loop& loop() const { return loop_; }

  // Of a scope that is not cancelled.
  void add(Cancellable& member) noexcept { members_.push_back(member); }

 private:
  void on_cancel(CancelReason reason) noexcept override { cancel(reason); }

  Loop& loop_;
  std::optional<CancelReason> reason_;
  List<Cancellable, InScope> members_;
};

}  // namespace dataaction
