// The turn of a request: first come, first served, not faster than the platform allows and not more
// at a time than `concurrency`.

#pragma once

#include "core/platform/token_bucket.h"
#include "sidecar/runtime/semaphore.h"
#include "sidecar/runtime/timer.h"

namespace dataaction {

class Pace {
 public:
  // The clock outlives the pace, which outlives who waits and who has a permit. `rate` is requests
  // a minute.
  Pace(Clock& clock, unsigned rate, unsigned concurrency)
      : clock_(clock), bucket_(rate), places_(concurrency, kMaxWaiting) {}

  // Returns when the caller may send one request, which is on its way as long as the permit is
  // held; kOverloaded beyond kMaxWaiting.
  Task<Result<Semaphore::Permit>> turn();

  TokenBucket& bucket() { return bucket_; }
  const TokenBucket& bucket() const { return bucket_; }

  size_t waiting() const { return places_.waiting() + line_.waiting(); }

  // A stream has one request at a time: more than may be connected.
  static constexpr size_t kMaxWaiting = 65536;

 private:
  Clock& clock_;
  TokenBucket bucket_;
  Semaphore places_;
  Semaphore line_{1, kMaxWaiting};  // of those who have a place
};

}  // namespace dataaction
