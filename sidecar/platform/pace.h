// The turn of a request: first come, first served, and not faster than the platform allows.

#pragma once

#include "core/platform/token_bucket.h"
#include "sidecar/runtime/semaphore.h"
#include "sidecar/runtime/timer.h"

namespace dataaction {

class Pace {
 public:
  // The clock outlives the pace, which outlives who waits. `rate` is requests a minute.
  Pace(Clock& clock, unsigned rate) : clock_(clock), bucket_(rate) {}

  // Returns when the caller may send one request; kOverloaded beyond kMaxWaiting.
  Task<Result<void>> turn();

  TokenBucket& bucket() { return bucket_; }
  const TokenBucket& bucket() const { return bucket_; }

  size_t waiting() const { return line_.waiting(); }

  // A stream has one request at a time: more than may be connected.
  static constexpr size_t kMaxWaiting = 65536;

 private:
  Clock& clock_;
  TokenBucket bucket_;
  Semaphore line_{1, kMaxWaiting};
};

}  // namespace dataaction
