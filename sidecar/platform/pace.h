// When a request may be sent: first come, first served, not more at a time than `concurrency`, and
// not faster than the platform allows. A place comes first: turns that nobody could use at once
// would leave together later, faster than allowed.

#pragma once

#include "core/platform/token_bucket.h"
#include "sidecar/runtime/semaphore.h"
#include "sidecar/runtime/timer.h"

namespace dataaction {

class Pace {
 public:
  // The clock outlives the pace, which outlives who waits and who has a place. `rate` is requests a
  // minute.
  Pace(Clock& clock, unsigned rate, unsigned concurrency)
      : clock_(clock), bucket_(rate), places_(concurrency, kMaxWaiting) {}

  // For one request, as long as the permit is held; kOverloaded beyond kMaxWaiting.
  Semaphore::Acquire place() noexcept { return places_.acquire(); }

  // Returns when the caller may send one request; kOverloaded beyond kMaxWaiting.
  Task<Result<void>> turn();

  TokenBucket& bucket() { return bucket_; }
  const TokenBucket& bucket() const { return bucket_; }

  size_t waiting() const { return places_.waiting() + line_.waiting(); }

  // A stream has one request at a time: more than may be connected.
  static constexpr size_t kMaxWaiting = 65536;

 private:
  Clock& clock_;
  TokenBucket bucket_;
  Semaphore places_;
  Semaphore line_{1, kMaxWaiting};
};

}  // namespace dataaction
