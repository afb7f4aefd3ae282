#include "sidecar/platform/attempts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sidecar/platform/attempts_fixture.h"

namespace dataaction {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;

// The most requests in any 60 seconds.
size_t most_in_a_minute(const std::vector<Clock::TimePoint>& times) {
  size_t most = 0;
  for (size_t from = 0, to = 0; to < times.size(); ++to) {
    while (times[to] - times[from] >= 60s) ++from;
    most = std::max(most, to - from + 1);
  }
  return most;
}

TEST_F(AttemptsTest, ARequestCarriesWhatItMust) {
  config.ca_file = "/etc/ca.pem";
  config.connect_timeout = 3s;
  config.read_timeout = 4s;
  config.max_response_size = 5;
  make();
  ApiRequest request = search();
  request.context_id = "ctx-1";
  EXPECT_TRUE(call(request));
  const HttpRequest& sent = http.asked.back().request;
  EXPECT_EQ(sent.url, "https://api.example.com/search");
  EXPECT_EQ(sent.method, "POST");
  EXPECT_EQ(sent.body, "{}");
  EXPECT_EQ(sent.headers.find("Authorization"), "Bearer t1");
  EXPECT_EQ(sent.headers.find("Accept"), "application/json");
  EXPECT_EQ(sent.headers.find("Content-Type"), "application/json");
  EXPECT_EQ(sent.headers.find("ININ-Correlation-Id"), "ctx-1");
  for (const auto& asked : http.asked) {
    EXPECT_EQ(asked.request.ca_file, "/etc/ca.pem");
    EXPECT_EQ(asked.request.limits.connect_timeout, 3s);
    EXPECT_EQ(asked.request.limits.stall_timeout, 4s);
    EXPECT_EQ(asked.request.limits.max_body, 5U);
    EXPECT_EQ(asked.request.max_redirects, 0U);
  }
}

TEST_F(AttemptsTest, ManySearchesShareATokenAndStayWithinTheRate) {
  config.rate = 300;
  config.request_timeout = 1h;
  make();
  const auto replies = call_all(1000);
  EXPECT_TRUE(std::ranges::all_of(replies, [](const auto& reply) { return reply.has_value(); }));
  EXPECT_EQ(token_requests, 1);
  const auto times = api_times();
  EXPECT_EQ(times.size(), 1000U);
  EXPECT_LE(most_in_a_minute(times), 300U);
  EXPECT_LE(times.back() - times.front(), 1000 * 60s / 290);  // and no slower than need be
}

TEST_F(AttemptsTest, WhoWaitsForATokenTakesNoTurn) {
  config.rate = 300;
  config.request_timeout = 1h;
  make();
  token = [this](const HttpRequest&) {
    http.latency = 40s;
    return make_reply(200, token_json());
  };
  EXPECT_EQ(call_all(600).size(), 600U);
  EXPECT_LE(most_in_a_minute(api_times()), 300U);
}

TEST_F(AttemptsTest, NoProxySeesWhatStaysOnThisMachine) {
  config.api_url = "http://127.0.0.1:1";
  make();
  EXPECT_TRUE(call(search()));
  EXPECT_FALSE(http.asked.front().request.direct);
  EXPECT_TRUE(http.asked.back().request.direct);
}

TEST_F(AttemptsTest, RetryAfterHoldsEverybodyBack) {
  make();
  bool said = false;
  api = [&](const HttpRequest&) {
    return std::exchange(said, true) ? make_reply(200, "")
                                     : make_reply(429, "", {{"Retry-After", "9"}});
  };
  const Clock::TimePoint begin = clock.now();
  std::optional<PlatformReply> first;
  std::optional<PlatformReply> later;
  const ApiRequest request = search();
  run_through(store(request, first), call_after(4s, request, later));
  EXPECT_TRUE(*first);
  EXPECT_TRUE(*later);
  const auto times = api_times();
  ASSERT_EQ(times.size(), 3U);
  EXPECT_EQ(times[0], begin);
  EXPECT_GE(times[1], begin + 9s);
  EXPECT_GE(times[2], begin + 9s);
}

TEST_F(AttemptsTest, TheRateIsLearnedFromTheAnswers) {
  config.rate = 300;
  make();
  api = [](const HttpRequest&) {
    return make_reply(200, "",
                      {{"inin-ratelimit-allowed", "60"},
                       {"inin-ratelimit-count", "1"},
                       {"inin-ratelimit-reset", "60"}});
  };
  EXPECT_TRUE(call(search()));
  EXPECT_EQ(platform->attempts().pace().bucket().rate(), 60U);
  // All that is allowed has been used: nobody goes before the count starts anew.
  api = [](const HttpRequest&) {
    return make_reply(200, "",
                      {{"ININ-RateLimit-Allowed", "60"},
                       {"ININ-RateLimit-Count", "60"},
                       {"ININ-RateLimit-Reset", "17"}});
  };
  EXPECT_TRUE(call(search()));
  const Clock::TimePoint then = clock.now();
  EXPECT_TRUE(call(search()));
  EXPECT_EQ(clock.now() - then, 17s);
}

TEST_F(AttemptsTest, WhatATokenEndpointSaysIsNoPaceOfTheApi) {
  make();
  token = [this](const HttpRequest&) {
    return make_reply(200, token_json(),
                      {{"inin-ratelimit-allowed", "1"},
                       {"inin-ratelimit-count", "1"},
                       {"inin-ratelimit-reset", "60"}});
  };
  EXPECT_TRUE(call(search()));
  EXPECT_TRUE(call(search()));
  EXPECT_THAT(waits, IsEmpty());
}

TEST_F(AttemptsTest, CountsWhatHappens) {
  make();
  int asked = 0;
  api = [&](const HttpRequest&) -> HttpResult<HttpReply> {
    switch (++asked) {
      case 1:
        return make_reply(429, "", {{"Retry-After", "2"}});
      case 2:
        return make_reply(503, "");
      case 3:
        return std::unexpected(make_failure(HttpError::kBroken, true));
      case 4:
        return make_reply(401, "");
      default:
        return make_reply(200, "");
    }
  };
  EXPECT_TRUE(call(search()));
  api = [](const HttpRequest&) { return make_reply(403, ""); };
  EXPECT_FALSE(call(search()));
  const PlatformCounters& counters = platform->counters();
  EXPECT_EQ(counters.requests, 8U);
  EXPECT_EQ(counters.retries, 3U);
  EXPECT_EQ(counters.failures, 1U);
  EXPECT_EQ(counters.rate_limited, 1U);
  EXPECT_EQ(counters.server_errors, 1U);
  EXPECT_EQ(counters.unreachable, 1U);
  EXPECT_EQ(counters.unauthorized, 1U);
  EXPECT_EQ(counters.tokens, 2U);
  EXPECT_GE(counters.waited_ms, 2000U + 500U + 1000U);
}

// One call, and one failure: that of its token is the same.
TEST_F(AttemptsTest, ACallWithoutATokenFailsOnce) {
  make();
  token = [](const HttpRequest&) { return make_reply(400, R"({"error":"invalid_client"})"); };
  EXPECT_FALSE(call(search()));
  EXPECT_EQ(platform->counters().failures, 1U);
  EXPECT_FALSE(call(search()));
  EXPECT_EQ(platform->counters().failures, 2U);
}

// By the wait that a call is in when its scope ends.
class CancelledWaitTest : public AttemptsTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(CancelledWaitTest, LeavesNothingBehind) {
  const std::string where = GetParam();
  if (where == "Pace") config.rate = 1;
  make();
  const auto hang = [&](HttpReply reply) {
    http.latency = 1h;
    return reply;
  };
  if (where == "Token") token = [&](const HttpRequest&) { return hang(make_reply(200, "")); };
  if (where == "Answer") api = [&](const HttpRequest&) { return hang(make_reply(200, "")); };
  if (where == "BetweenAttempts") api = [](const HttpRequest&) { return make_reply(503, ""); };
  services->random.value = 0.999;

  std::optional<PlatformReply> first;
  std::optional<PlatformReply> second;
  const ApiRequest request = search();
  {
    TaskGroup group(scope, 2);
    ASSERT_TRUE(group.spawn(store(request, first)));
    ASSERT_TRUE(group.spawn(store(request, second)));
    loop.run();
    group.cancel(CancelReason::kHangup);
    loop.run();
    EXPECT_EQ(group.size(), 0U);
  }
  ASSERT_TRUE(second && !*second);
  EXPECT_EQ(second->error().fault, PlatformFault::kCancelled);
  EXPECT_EQ(second->error().cancelled->code(), ErrorCode::kHangup);
  EXPECT_EQ(http.under_way, 0);
  EXPECT_FALSE(clock.earliest());
  EXPECT_EQ(platform->attempts().pace().waiting(), 0U);

  // And who comes next is served.
  const auto good = [this](const HttpRequest&) { return make_reply(200, token_json()); };
  token = good;
  api = good;
  EXPECT_TRUE(call(search()));
}

INSTANTIATE_TEST_SUITE_P(Waits, CancelledWaitTest,
                         ::testing::Values("Pace", "Token", "Answer", "BetweenAttempts"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace dataaction
