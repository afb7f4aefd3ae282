// The circuit breakers of a platform, as its calls see them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sidecar/platform/attempts_fixture.h"

namespace dataaction {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using PlatformBreakerTest = AttemptsTest;

TEST_F(PlatformBreakerTest, TheBreakerOpensWithOneLine) {
  make();
  open_breaker();
  const size_t asked = http.asked.size();
  const PlatformReply reply = call(search());
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().fault, PlatformFault::kBreakerOpen);
  EXPECT_EQ(reply.error().message, "platform main, search: the circuit breaker is open");
  EXPECT_EQ(reply.error().retry_after, 30s);
  EXPECT_EQ(http.asked.size(), asked);
  EXPECT_EQ(lines_with("circuit breaker opened"), 1U);
  EXPECT_THAT(log_text(), HasSubstr("[error]"));
  EXPECT_THAT(log_text(), HasSubstr("platform=main route=search after=500"));
  EXPECT_EQ(platform->counters().breaker_opened, 1U);
  EXPECT_THAT(waits, IsEmpty());
}

TEST_F(PlatformBreakerTest, ASuccessBetweenFailuresKeepsTheBreakerClosed) {
  make();
  for (int i = 0; i < 10; ++i) {
    api = [&](const HttpRequest&) { return make_reply(i % 5 == 4 ? 200 : 500, ""); };
    EXPECT_EQ(call(search()).has_value(), i % 5 == 4);
  }
  EXPECT_EQ(state(), BreakerState::kClosed);
}

TEST_F(PlatformBreakerTest, AProbeClosesTheBreaker) {
  make();
  open_breaker();
  clock.advance(config.breaker_time);
  api = [](const HttpRequest&) { return make_reply(200, ""); };
  EXPECT_TRUE(call(search()));
  EXPECT_EQ(state(), BreakerState::kClosed);
  EXPECT_EQ(lines_with("state=half-open"), 1U);
  EXPECT_EQ(lines_with("state=closed"), 1U);
}

TEST_F(PlatformBreakerTest, OneProbeAtATimeAndItsFailureOpensAgain) {
  make();
  open_breaker();
  clock.advance(config.breaker_time);
  const size_t asked = http.asked.size();
  const auto replies = call_all(10);
  EXPECT_EQ(http.asked.size(), asked + 1);
  EXPECT_EQ(state(), BreakerState::kOpen);
  EXPECT_EQ(platform->counters().breaker_opened, 2U);
  EXPECT_EQ(
      std::ranges::count_if(
          replies, [](const auto& r) { return r.error().fault == PlatformFault::kBreakerOpen; }),
      9);
}

TEST_F(PlatformBreakerTest, AProbeThatIsCancelledMakesRoomForAnother) {
  make();
  open_breaker();
  clock.advance(config.breaker_time);
  hang_api();
  std::optional<PlatformReply> reply;
  const ApiRequest request = search();
  run_through(with_deadline(clock, 1s, store(request, reply)));
  EXPECT_EQ(reply->error().fault, PlatformFault::kCancelled);
  EXPECT_EQ(state(), BreakerState::kHalfOpen);
  api = [](const HttpRequest&) { return make_reply(200, ""); };
  EXPECT_TRUE(call(search()));
}

TEST_F(PlatformBreakerTest, EachRouteHasABreakerOfItsOwn) {
  make();
  open_breaker();
  api = [](const HttpRequest&) { return make_reply(200, ""); };
  ApiRequest request = search();
  request.route = Route::kJobs;
  EXPECT_TRUE(call(request));
}

TEST_F(PlatformBreakerTest, WhoWaitsForItsTurnSeesTheBreakerOpen) {
  config.rate = 60;  // one a second
  make();
  break_api();
  const auto replies = call_all(20);
  EXPECT_EQ(api_times().size(), config.breaker_failures);
  EXPECT_EQ(replies.back().error().fault, PlatformFault::kBreakerOpen);
}

TEST_F(PlatformBreakerTest, WhoRunsOutOfTimeWaitingForAPlaceIsNoTroubleOfThePlatform) {
  config.concurrency = 2;
  config.rate = 1'000'000;
  make();
  int most = 0;
  api = [&](const HttpRequest&) {
    http.latency = 50s;  // the third round has 20 s, and then no time
    most = std::max(most, http.under_way);
    return make_reply(200, "");
  };
  config.connect_timeout = 30s;
  const auto replies = call_all(20);
  EXPECT_EQ(std::ranges::count_if(replies, [](const auto& r) { return r.has_value(); }), 4);
  EXPECT_EQ(replies.back().error().fault, PlatformFault::kTimeout);
  EXPECT_EQ(most, 2);
  EXPECT_EQ(state(), BreakerState::kClosed);
  EXPECT_EQ(platform->counters().requests, 1 + 6U);  // a token, and those that were sent
  EXPECT_TRUE(call(search()));                       // the places are free again
}

TEST_F(PlatformBreakerTest, WhoHangsUpWaitingForATurnGivesItsPlaceBack) {
  config.concurrency = 1;
  config.rate = 60;  // one a second
  make();
  while (call(search()) && waits.empty()) {
  }
  std::optional<PlatformReply> reply;
  const ApiRequest request = search();
  run_through(with_deadline(clock, 1ms, store(request, reply)));
  EXPECT_EQ(reply->error().fault, PlatformFault::kCancelled);
  EXPECT_EQ(platform->attempts().pace().waiting(), 0U);
  EXPECT_TRUE(call(search()));
}

TEST_F(PlatformBreakerTest, AProbeIsNotHeldWhileItWaitsForAPlace) {
  config.concurrency = 1;
  make();
  open_breaker();
  clock.advance(config.breaker_time);
  api = [&](const HttpRequest& request) {
    if (request.url.ends_with("/jobs")) http.latency = 5s;
    return make_reply(200, "");
  };
  ApiRequest slow = search();
  slow.route = Route::kJobs;
  slow.path = "/jobs";
  const ApiRequest request = search();
  std::array<std::optional<PlatformReply>, 3> replies;
  run_through(store(slow, replies[0]), store(request, replies[1]), store(request, replies[2]));
  for (const auto& reply : replies) EXPECT_TRUE(reply->has_value());
}

TEST_F(PlatformBreakerTest, WhatTidiesUpWaitsForNoPlace) {
  config.concurrency = 1;
  make();
  api = [&](const HttpRequest& request) {
    if (!request.url.ends_with("/tidy")) http.latency = 50s;
    return make_reply(200, "");
  };
  ApiRequest tidy = search();
  tidy.path = "/tidy";
  tidy.tidies_up = true;
  const ApiRequest request = search();
  std::array<std::optional<PlatformReply>, 2> replies;
  run_through(store(request, replies[0]), with_deadline(clock, 5s, store(tidy, replies[1])));
  for (const auto& reply : replies) EXPECT_TRUE(reply->has_value());
}

TEST_F(PlatformBreakerTest, WhatIsTooLargeOrRefusedIsNoTroubleOfThePlatform) {
  make();
  const HttpResult<HttpReply> too_large = std::unexpected(make_failure(HttpError::kTooLarge, true));
  for (const HttpResult<HttpReply>& answer : {too_large, {make_reply(400, "")}}) {
    api = [&](const HttpRequest&) { return answer; };
    for (unsigned i = 0; i < 2 * config.breaker_failures; ++i) EXPECT_FALSE(call(search()));
    EXPECT_EQ(state(), BreakerState::kClosed);
  }
}

TEST_F(PlatformBreakerTest, APlatformThatHangsOpensTheBreaker) {
  config.request_timeout = 10s;
  config.connect_timeout = 30s;  // more than there is
  make();
  hang_api();
  for (unsigned i = 0; i < config.breaker_failures; ++i) {
    const PlatformReply reply = call(search());
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().fault, PlatformFault::kTimeout);
    EXPECT_EQ(reply.error().message, "platform main, search: not done in 10000 ms (deadline)");
  }
  EXPECT_THAT(waits, Each(Clock::Duration(10s)));
  EXPECT_EQ(state(), BreakerState::kOpen);
  EXPECT_EQ(http.under_way, 0);
}

TEST_F(PlatformBreakerTest, ADeadlineOfTheCallersIsNotOurs) {
  make();
  hang_api();
  std::optional<PlatformReply> reply;
  const ApiRequest request = search();
  run_through(with_deadline(clock, 5s, store(request, reply)));
  ASSERT_FALSE(*reply);
  EXPECT_EQ(reply->error().fault, PlatformFault::kCancelled);
  EXPECT_EQ(reply->error().cancelled->code(), ErrorCode::kDeadline);
  EXPECT_EQ(state(), BreakerState::kClosed);
}

}  // namespace
}  // namespace dataaction
