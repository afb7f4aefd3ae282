#include "core/platform/circuit_breaker.h"

#include <gtest/gtest.h>

namespace dataaction {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr BreakerLimits kLimits{3, 30s};
constexpr milliseconds kStart = 1'000'000ms;

// Admits and fails `count` times at `now`; the change that the last one made.
BreakerChange fail(CircuitBreaker& breaker, milliseconds now, unsigned count = 1) {
  BreakerChange change;
  for (unsigned i = 0; i < count; ++i) {
    const BreakerAdmission admission = breaker.admit(now);
    EXPECT_TRUE(admission.allowed);
    change = breaker.on_failure(admission.round, now);
  }
  return change;
}

// A breaker that opened at kStart.
CircuitBreaker opened() {
  CircuitBreaker breaker(kLimits);
  EXPECT_EQ(fail(breaker, kStart, 3), BreakerState::kOpen);
  return breaker;
}

TEST(CircuitBreaker, OpensAfterFailuresInARow) {
  CircuitBreaker breaker(kLimits);
  EXPECT_EQ(fail(breaker, kStart, 2), std::nullopt);
  EXPECT_EQ(breaker.on_success(breaker.admit(kStart).round), std::nullopt);
  EXPECT_EQ(fail(breaker, kStart, 2), std::nullopt);
  EXPECT_EQ(breaker.state(), BreakerState::kClosed);
  EXPECT_EQ(fail(breaker, kStart), BreakerState::kOpen);
  EXPECT_EQ(breaker.state(), BreakerState::kOpen);
}

TEST(CircuitBreaker, AdmitsNobodyWhileOpen) {
  CircuitBreaker breaker = opened();
  for (const milliseconds passed : {0ms, 1ms, 29'999ms}) {
    const BreakerAdmission admission = breaker.admit(kStart + passed);
    EXPECT_FALSE(admission.allowed);
    EXPECT_EQ(admission.wait, 30s - passed);
    EXPECT_EQ(admission.change, std::nullopt);
  }
}

TEST(CircuitBreaker, AdmitsOneProbe) {
  CircuitBreaker breaker = opened();
  const BreakerAdmission probe = breaker.admit(kStart + 30s);
  EXPECT_TRUE(probe.allowed);
  EXPECT_EQ(probe.change, BreakerState::kHalfOpen);
  const BreakerAdmission other = breaker.admit(kStart + 30s);
  EXPECT_FALSE(other.allowed);
  EXPECT_EQ(other.wait, kProbeWait);
  EXPECT_EQ(other.change, std::nullopt);
}

TEST(CircuitBreaker, ClosesAfterAProbeThatWorked) {
  CircuitBreaker breaker = opened();
  EXPECT_EQ(breaker.on_success(breaker.admit(kStart + 30s).round), BreakerState::kClosed);
  // From the beginning.
  EXPECT_EQ(fail(breaker, kStart + 30s, 2), std::nullopt);
  EXPECT_EQ(fail(breaker, kStart + 30s), BreakerState::kOpen);
}

TEST(CircuitBreaker, OpensAgainAfterAProbeThatDidNot) {
  CircuitBreaker breaker = opened();
  EXPECT_EQ(fail(breaker, kStart + 40s), BreakerState::kOpen);
  EXPECT_EQ(breaker.admit(kStart + 40s).wait, 30s);
  EXPECT_EQ(breaker.admit(kStart + 70s).change, BreakerState::kHalfOpen);
}

TEST(CircuitBreaker, AnAbandonedProbeMakesRoom) {
  CircuitBreaker breaker = opened();
  breaker.on_abandoned(breaker.admit(kStart + 30s).round);
  EXPECT_EQ(breaker.state(), BreakerState::kHalfOpen);
  const BreakerAdmission probe = breaker.admit(kStart + 30s);
  EXPECT_TRUE(probe.allowed);
  EXPECT_EQ(probe.change, std::nullopt);
  EXPECT_FALSE(breaker.admit(kStart + 30s).allowed);
}

TEST(CircuitBreaker, WhatIsLateSaysNothing) {
  CircuitBreaker breaker(kLimits);
  const uint64_t late = breaker.admit(kStart).round;
  fail(breaker, kStart, 3);
  EXPECT_EQ(breaker.on_failure(late, kStart + 20s), std::nullopt);
  EXPECT_EQ(breaker.on_success(late), std::nullopt);
  EXPECT_EQ(breaker.state(), BreakerState::kOpen);

  const BreakerAdmission probe = breaker.admit(kStart + 30s);  // not put off by the late failure
  EXPECT_TRUE(probe.allowed);
  EXPECT_EQ(breaker.on_success(late), std::nullopt);
  EXPECT_EQ(breaker.on_failure(late, kStart + 30s), std::nullopt);
  breaker.on_abandoned(late);
  EXPECT_FALSE(breaker.admit(kStart + 30s).allowed);  // the probe is still out
  EXPECT_EQ(breaker.on_success(probe.round), BreakerState::kClosed);
  // Nor of an earlier time when it was closed.
  fail(breaker, kStart + 30s, 2);
  EXPECT_EQ(breaker.on_success(late), std::nullopt);
  EXPECT_EQ(fail(breaker, kStart + 30s), BreakerState::kOpen);
}

TEST(CircuitBreaker, AbandonedIsNeither) {
  CircuitBreaker breaker(kLimits);
  fail(breaker, kStart, 2);
  breaker.on_abandoned(breaker.admit(kStart).round);
  EXPECT_EQ(fail(breaker, kStart), BreakerState::kOpen);
}

TEST(CircuitBreaker, MayOpenAtTheFirst) {
  CircuitBreaker breaker({1, 1ms});
  EXPECT_EQ(fail(breaker, kStart), BreakerState::kOpen);
  EXPECT_TRUE(breaker.admit(kStart + 1ms).allowed);
}

TEST(CircuitBreaker, HasNamesForItsStates) {
  EXPECT_EQ(name_of(BreakerState::kClosed), "closed");
  EXPECT_EQ(name_of(BreakerState::kOpen), "open");
  EXPECT_EQ(name_of(BreakerState::kHalfOpen), "half-open");
}

}  // namespace
}  // namespace dataaction
