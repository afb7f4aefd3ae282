#include "core/platform/retry_policy.h"

#include <gtest/gtest.h>

namespace dataaction {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr RetryLimits kLimits{5, 60s};
constexpr double kAlmostOne = 0.999999;

Attempt answered(int status, std::optional<milliseconds> retry_after = {}) {
  return {.status = status, .retry_after = retry_after};
}

Attempt failed(AttemptFailure failure, bool sent) {
  return {.failure = failure, .sent = sent};
}

RetryDecision first(const Attempt& attempt, bool idempotent) {
  return RetryPolicy(kLimits, idempotent).after(attempt, 1h, 0.5);
}

const auto kTried = RetryDecision(250ms);  // half of the first 500 ms
const auto kNotSafe = RetryDecision(std::unexpected(GiveUp::kNotSafe));
const auto kPermanent = RetryDecision(std::unexpected(GiveUp::kPermanent));

TEST(RetryPolicy, WhatMayHaveBeenDoneIsRepeatedIfThatDoesNoHarm) {
  for (const int status : {408, 502, 503, 504}) {
    EXPECT_EQ(first(answered(status), true), kTried) << status;
    EXPECT_EQ(first(answered(status), false), kNotSafe) << status;
  }
  for (const auto failure : {AttemptFailure::kInterrupted, AttemptFailure::kUnreachable}) {
    EXPECT_EQ(first(failed(failure, true), true), kTried);
    EXPECT_EQ(first(failed(failure, true), false), kNotSafe);
  }
}

TEST(RetryPolicy, WhatHasNotBeenDoneIsRepeatedAlways) {
  for (const bool idempotent : {false, true}) {
    EXPECT_EQ(first(answered(429), idempotent), kTried);
    EXPECT_EQ(first(answered(429, 3s), idempotent), 3s);
    EXPECT_EQ(first(answered(503, 3s), idempotent), 3s);
    EXPECT_EQ(first(failed(AttemptFailure::kUnreachable, false), idempotent), kTried);
    EXPECT_EQ(first(failed(AttemptFailure::kInterrupted, false), idempotent), kTried);
  }
}

TEST(RetryPolicy, TheRestIsPermanent) {
  for (int status = 100; status < 600; ++status) {
    if (status == 408 || status == 429 || (status >= 502 && status <= 504)) continue;
    EXPECT_EQ(first(answered(status), true), kPermanent) << status;
    EXPECT_EQ(first(answered(status, 1s), true), kPermanent) << status;
  }
  EXPECT_EQ(first(failed(AttemptFailure::kPermanent, false), true), kPermanent);
}

TEST(RetryPolicy, RetryAfterComesFirst) {
  for (const int status : {408, 429, 502, 503, 504}) {
    EXPECT_EQ(first(answered(status, 22s), true), 22s) << status;
    EXPECT_EQ(first(answered(status, 0ms), true), 0ms) << status;
  }
}

TEST(RetryPolicy, WaitsDoubleUpToTheLongest) {
  RetryPolicy policy({100, 5s}, true);
  for (const auto wait : {500ms, 1000ms, 2000ms, 4000ms, 5000ms, 5000ms}) {
    EXPECT_EQ(policy.after(answered(502), 1h, kAlmostOne), wait - 1ms);
  }
  for (int i = 0; i < 80; ++i) {
    EXPECT_EQ(policy.after(answered(502), 1h, kAlmostOne), 4999ms);
  }
}

TEST(RetryPolicy, WaitsAreJitteredInFull) {
  EXPECT_EQ(RetryPolicy(kLimits, true).after(answered(502), 1h, 0.0), 0ms);
  EXPECT_EQ(RetryPolicy(kLimits, true).after(answered(502), 1h, 0.1), 50ms);
}

TEST(RetryPolicy, FromTheSecond429InARowItWaitsASecond) {
  RetryPolicy policy({10, 60s}, true);
  EXPECT_EQ(policy.after(answered(429), 1h, 0.0), 0ms);
  EXPECT_EQ(policy.after(answered(429), 1h, 0.0), 1s);
  EXPECT_EQ(policy.after(answered(429, 0ms), 1h, 0.0), 1s);
  EXPECT_EQ(policy.after(answered(429, 7s), 1h, 0.0), 7s);
  EXPECT_EQ(policy.after(answered(502), 1h, 0.0), 0ms);
  EXPECT_EQ(policy.after(answered(429, 0ms), 1h, 0.0), 0ms);
  EXPECT_EQ(policy.after(answered(429, 0ms), 1h, 0.0), 1s);
}

TEST(RetryPolicy, EndsAfterTheLastAttempt) {
  RetryPolicy policy({3, 60s}, true);
  EXPECT_TRUE(policy.after(answered(429, 0ms), 1h, 0.5));
  EXPECT_TRUE(policy.after(answered(429, 0ms), 1h, 0.5));
  EXPECT_EQ(policy.after(answered(429, 0ms), 1h, 0.5).error(), GiveUp::kAttempts);
  EXPECT_EQ(policy.attempts(), 3u);
  EXPECT_EQ(RetryPolicy({1, 60s}, true).after(answered(429), 1h, 0.5).error(), GiveUp::kAttempts);
}

TEST(RetryPolicy, DoesNotWaitTooLong) {
  EXPECT_EQ(first(answered(429, 60s), true), 60s);
  EXPECT_EQ(first(answered(429, 60'001ms), true).error(), GiveUp::kWaitTooLong);
  EXPECT_EQ(first(answered(429, milliseconds::max()), true).error(), GiveUp::kWaitTooLong);
  RetryPolicy policy({5, 100ms}, true);
  EXPECT_EQ(policy.after(answered(429), 1h, kAlmostOne), 99ms);
  EXPECT_EQ(policy.after(answered(429), 1h, 0.5).error(), GiveUp::kLeastWait);
}

// The second that we wait after another 429 is nobody's wish.
TEST(RetryPolicy, SaysWhoseWaitIsTooLong) {
  const auto second = [](std::optional<milliseconds> retry_after) {
    RetryPolicy policy({5, 500ms}, true);
    EXPECT_TRUE(policy.after(answered(429), 1h, 0.5));
    return policy.after(answered(429, retry_after), 1h, 0.5).error();
  };
  EXPECT_EQ(second(std::nullopt), GiveUp::kLeastWait);
  EXPECT_EQ(second(0ms), GiveUp::kLeastWait);
  EXPECT_EQ(second(500ms), GiveUp::kLeastWait);
  EXPECT_EQ(second(501ms), GiveUp::kWaitTooLong);
  EXPECT_TRUE(describe(GiveUp::kLeastWait).contains("max_wait"));
}

TEST(RetryPolicy, EndsBeforeTheOperationDoes) {
  const auto after = [](milliseconds time_left) {
    return RetryPolicy(kLimits, true).after(answered(429, 2s), time_left, 0.5);
  };
  EXPECT_EQ(after(2001ms), 2s);
  EXPECT_EQ(after(2s).error(), GiveUp::kOutOfTime);
  EXPECT_EQ(after(0ms).error(), GiveUp::kOutOfTime);
  EXPECT_EQ(after(-5ms).error(), GiveUp::kOutOfTime);
}

// What is wrong for good is said, and not what also happens to be the case.
TEST(RetryPolicy, GivesTheReasonThatMattersMost) {
  RetryPolicy policy({1, 60s}, false);
  EXPECT_EQ(policy.after(answered(404), 0ms, 0.5).error(), GiveUp::kPermanent);
  EXPECT_EQ(policy.after(answered(502), 0ms, 0.5).error(), GiveUp::kNotSafe);
  EXPECT_EQ(policy.after(answered(429, 2h), 0ms, 0.5).error(), GiveUp::kAttempts);
}

TEST(RetryPolicy, WhatMayHaveBeenDoneIsSaidOfAllAttempts) {
  EXPECT_FALSE(may_be_done(answered(429)));
  EXPECT_FALSE(may_be_done(answered(503, 0ms)));
  for (const int status : {200, 400, 408, 500, 502, 503}) {
    EXPECT_TRUE(may_be_done(answered(status))) << status;
  }
  for (const auto failure :
       {AttemptFailure::kUnreachable, AttemptFailure::kInterrupted, AttemptFailure::kPermanent}) {
    EXPECT_TRUE(may_be_done(failed(failure, true)));
    EXPECT_FALSE(may_be_done(failed(failure, false)));
  }

  RetryPolicy policy({10, 60s}, true);
  const auto after = [&](const Attempt& attempt) {
    EXPECT_TRUE(policy.after(attempt, 1h, 0.5));
    return policy.may_be_done();
  };
  EXPECT_FALSE(policy.may_be_done());
  EXPECT_FALSE(after(answered(429)));
  EXPECT_FALSE(after(failed(AttemptFailure::kUnreachable, false)));
  EXPECT_TRUE(after(answered(502)));
  EXPECT_TRUE(after(answered(429)));
}

TEST(RetryPolicy, TroubleIsAFailureOrA5xx) {
  EXPECT_TRUE(is_trouble(failed(AttemptFailure::kUnreachable, false)));
  EXPECT_TRUE(is_trouble(failed(AttemptFailure::kInterrupted, true)));
  for (const int status : {500, 502, 503, 504, 599}) EXPECT_TRUE(is_trouble(answered(status)));
  for (const int status : {200, 400, 401, 404, 408, 429})
    EXPECT_FALSE(is_trouble(answered(status)));
}

}  // namespace
}  // namespace dataaction
