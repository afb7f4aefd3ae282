// A circuit breaker: leaves a platform in trouble alone, so that calls fail at once instead of late
// and the platform can recover. Pure; times are since any epoch.
//
//   closed     all may go; `failures` failures in a row open it
//   open       nobody may go for `open_time`
//   half-open  one may go, as a probe; its success closes the breaker, its failure opens it again
//
// What a failure is is the caller's to say (is_trouble() in retry_policy.h). Each call that was
// admitted ends with exactly one of on_success(), on_failure() and on_abandoned(), with the round
// it was admitted in: what was sent before the breaker opened says nothing about the time after,
// and is ignored.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dataaction {

enum class BreakerState : uint8_t { kClosed, kOpen, kHalfOpen };

// `closed`, `open`, `half-open`
std::string_view name_of(BreakerState state);

struct BreakerLimits {
  unsigned failures = 5;                        // in a row; at least 1
  std::chrono::milliseconds open_time{30'000};  // until a probe may go
};

// How long to wait for the outcome of somebody else's probe, which nobody knows.
inline constexpr std::chrono::milliseconds kProbeWait{1000};

// The state after a call that changed it, so that each change is logged once; else nothing.
using BreakerChange = std::optional<BreakerState>;

struct BreakerAdmission {
  bool allowed = false;
  uint64_t round = 0;                 // if allowed
  std::chrono::milliseconds wait{0};  // if not: until asking again is worth it
  BreakerChange change = {};
};

class CircuitBreaker {
 public:
  using Milliseconds = std::chrono::milliseconds;

  explicit CircuitBreaker(const BreakerLimits& limits) : limits_(limits) {}

  BreakerAdmission admit(Milliseconds now);

  BreakerChange on_success(uint64_t round);
  BreakerChange on_failure(uint64_t round, Milliseconds now);
  // It ended without an answer either way: cancelled, say. A probe makes room for another one.
  void on_abandoned(uint64_t round);

  BreakerState state() const { return state_; }

 private:
  BreakerState change_to(BreakerState state);

  BreakerLimits limits_;
  BreakerState state_ = BreakerState::kClosed;
  uint64_t round_ = 0;     // counts changes of state
  unsigned failures_ = 0;  // in a row
  bool probing_ = false;
  Milliseconds open_until_{0};
};

}  // namespace dataaction
