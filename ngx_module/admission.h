// dataaction_max_streams: how many streams a worker runs at once, and how many wait for a place.
//
// The object is part of the configuration, and each worker counts in its own copy of it: a worker
// that is killed takes its count along.

#pragma once

#include "ngx_module/ngx.h"

namespace dataaction {

struct AdmissionLimits {
  ngx_uint_t streams = 0;
  ngx_uint_t queue = 0;
  ngx_msec_t timeout = 1000;  // in the queue
};

class Admission;

// A request's place in the queue.
struct Waiter {
  Admission* admission = nullptr;
  ngx_queue_t link{};
  ngx_event_t event{};  // its timer, and posted when it is its turn
  bool waiting = false;
  bool admitted = false;
};

class Admission {
 public:
  enum class Entry : uint8_t { kAdmitted, kWaiting, kFull };

  explicit Admission(const AdmissionLimits& limits);

  // kWaiting: the waiter's event (the caller sets its handler) comes with `admitted` when there is
  // a place, without it when the time is up. A waiter that is not waiting any more has left the
  // queue.
  Entry enter(Waiter& waiter);

  // Gives a place back: for each kAdmitted and each waiter that was admitted.
  void leave();

  // Takes a waiter out: its request goes away. Gives back the place it may have got meanwhile.
  void forget(Waiter& waiter);

  // Takes a waiter whose event came out of the queue.
  void settle(Waiter& waiter);

 private:
  AdmissionLimits limits_;
  ngx_uint_t active_ = 0;
  ngx_uint_t waiting_ = 0;
  ngx_queue_t queue_;
};

}  // namespace dataaction
