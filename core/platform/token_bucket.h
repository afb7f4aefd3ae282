// Pacing: how fast requests with one token may leave. Pure; times are 0 or more since any epoch,
// the same one for all calls.
//
// At most `burst` (a second's worth) leave at once and never more than `rate` in any 60 seconds.
// The price of the second promise is that the bucket fills at rate - burst + 1 a minute.
//
// The platform tells with each answer what it allows (inin-ratelimit-allowed, -count, -reset). The
// rate follows what it allows, down and up again, never above the configured one. From 80 % of the
// allowed requests on, what is left is spread over the time until its count starts anew. Somebody
// else may use the same token, so the count is believed and not our own.
//
// No reservations: a caller that gives up while it waits has cost nothing, and a change of pace
// counts for all who wait. For first come, first served let one caller ask at a time, and the next
// one when it has left.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dataaction {

// Of an answer's headers.
struct RateLimit {
  uint64_t allowed = 0;           // requests a minute
  uint64_t count = 0;             // of them used, this one included
  std::chrono::seconds reset{0};  // until the count starts anew
};

// The values of inin-ratelimit-allowed, -count and -reset; nothing unless all are numbers.
std::optional<RateLimit> parse_rate_limit(std::string_view allowed, std::string_view count,
                                          std::string_view reset);

class TokenBucket {
 public:
  using Milliseconds = std::chrono::milliseconds;

  // Requests a minute, at least 1. The bucket is full.
  explicit TokenBucket(unsigned rate);

  // Nothing: the caller may go, now, and has been counted. Else the time to ask again; nothing has
  // been taken.
  std::optional<Milliseconds> take(Milliseconds now);

  // An answer came with these headers.
  void learn(const RateLimit& seen, Milliseconds now);

  // A 429: nobody goes for that long, and then one by one. The caller bounds `retry_after`.
  void on_429(Milliseconds retry_after, Milliseconds now);

  // Requests a minute that are in force.
  unsigned rate() const { return rate_; }

 private:
  void spread(const RateLimit& seen, Milliseconds until, Milliseconds span);
  void advance(Milliseconds now);
  void fill(Milliseconds until);
  int64_t refill() const;
  int64_t capacity() const;

  unsigned configured_;
  unsigned rate_;
  int64_t level_;               // in kToken a request
  Milliseconds at_{0};          // when `level_` was right
  Milliseconds hold_until_{0};  // nobody goes before
  Milliseconds slow_until_{0};  // `slow_refill_` counts
  int64_t slow_refill_ = 0;
};

}  // namespace dataaction
