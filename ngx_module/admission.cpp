#include "ngx_module/ngx.h"

#include "ngx_module/admission.h"

namespace dataaction {

Admission::Admission(const AdmissionLimits& limits) : limits_(limits) {
  ngx_queue_init(&queue_);
}

Admission::Entry Admission::enter(Waiter& waiter) {
  if (active_ < limits_.streams) {
    ++active_;
    return Entry::kAdmitted;
  }
  if (waiting_ >= limits_.queue) return Entry::kFull;
  ++waiting_;
  waiter.waiting = true;
  ngx_queue_insert_tail(&queue_, &waiter.link);
  ngx_add_timer(&waiter.event, limits_.timeout);
  return Entry::kWaiting;
}

void Admission::leave() {
  if (ngx_queue_empty(&queue_)) {
    --active_;
    return;
  }
  // The place goes to the one who has waited longest; it starts from the event loop, not from
  // within the request that has just ended.
  ngx_queue_t* const first = ngx_queue_head(&queue_);
  Waiter& waiter = *ngx_queue_data(first, Waiter, link);
  settle(waiter);
  waiter.admitted = true;
  ngx_post_event(&waiter.event, &ngx_posted_events);
}

void Admission::settle(Waiter& waiter) {
  if (!waiter.waiting) return;
  waiter.waiting = false;
  --waiting_;
  ngx_queue_remove(&waiter.link);
  if (waiter.event.timer_set) ngx_del_timer(&waiter.event);
}

void Admission::forget(Waiter& waiter) {
  settle(waiter);
  if (waiter.event.posted) {
    ngx_delete_posted_event(&waiter.event);
    leave();
  }
}

}  // namespace dataaction
