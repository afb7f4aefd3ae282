// A flag that coroutines wait for: `Result<void> set = co_await event.wait();`
//
// set() wakes everybody who waits; while it is set, wait() goes on at once. The event outlives its
// waiters. For one thread, like all of the runtime.

#pragma once

#include "sidecar/runtime/operation.h"

namespace dataaction {

struct InEvent;

class Event {
 public:
  class Wait final : public Operation<void>, public ListNode<InEvent> {
   public:
    explicit Wait(Event& event) noexcept : event_(event) {}

   private:
    friend class Event;
    void start() noexcept override;
    void on_cancel(CancelReason reason) noexcept override;

    Event& event_;
  };

  explicit Event(bool set = false) noexcept : set_(set) {}
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event();

  void set() noexcept;
  void reset() noexcept { set_ = false; }
  bool is_set() const { return set_; }

  Wait wait() noexcept { return Wait(*this); }

 private:
  bool set_;
  List<Wait, InEvent> waiters_;
};

}  // namespace dataaction
