// A call by itself: what is sent, how long, how often, and how many at a time.

#include "sidecar/actions/action.h"

#include <gtest/gtest.h>

#include "tests/sidecar/actions/action_fixture.h"

namespace dataaction {
namespace {

using namespace std::chrono_literals;

TEST_F(ActionTest, IsASourceOfOneRecord) {
  make(kGet);
  Caller& caller = ask(R"({"x":"a/b"})", "ctx-1");
  EXPECT_EQ(finish(caller), object(1));
  EXPECT_EQ(*caller.got, Progress::kAll);
  EXPECT_EQ(caller.slice.records, 1U);
  const HttpRequest& request = http.asked[0].request;
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.url, "https://api.example/a%2Fb");
  EXPECT_EQ(request.headers.find("Accept"), "application/json");
  EXPECT_EQ(request.headers.find("X-Correlation-Id"), "ctx-1");
  EXPECT_FALSE(request.headers.find("Content-Type"));
  EXPECT_FALSE(request.headers.find("Authorization"));
  EXPECT_EQ(request.max_redirects, 0U);
  EXPECT_EQ(request.limits.connect_timeout, 5s);
  EXPECT_EQ(request.limits.stall_timeout, 0s);
  EXPECT_EQ(request.limits.max_body, 1U << 20);
}

TEST_F(ActionTest, ItsOwnHeadersComeFirst) {
  make(std::string(kPost) +
       "header accept text/plain; header content-type application/x; header x-correlation-id me;");
  EXPECT_EQ(call(), object(1));
  EXPECT_EQ(sent().find("Accept"), "text/plain");
  EXPECT_EQ(sent().find("Content-Type"), "application/x");
  EXPECT_EQ(sent().find("X-Correlation-Id"), "me");
  EXPECT_EQ(std::distance(sent().begin(), sent().end()), 3);
}

TEST_F(ActionTest, ABodyHasItsType) {
  make(kPost);
  EXPECT_EQ(call(R"({"x":1,"y":[2]})"), object(1));
  EXPECT_EQ(http.asked[0].request.body, R"({"x":1,"y":[2]})");
  EXPECT_EQ(sent().find("Content-Type"), "application/json");
}

TEST_F(ActionTest, WhatCannotBeSentIsRefusedAtOnce) {
  make(kGet);
  const auto stream = action->open({.parameters = "{}", .cursor = {}, .context_id = {}});
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().status, 422);
}

// Of each method that has come to this: how often it is sent.
struct RetryCase {
  const char* method;
  const char* lines;
  size_t attempts;
};

TEST_F(ActionTest, IsTriedAgainWhereThatDoesNoHarm) {
  for (const RetryCase& each :
       {RetryCase{"GET", "", 2}, RetryCase{"HEAD", "", 2}, RetryCase{"PUT", "", 2},
        RetryCase{"DELETE", "", 2}, RetryCase{"POST", "", 1}, RetryCase{"PATCH", "", 1},
        RetryCase{"POST", "idempotent on;", 2}, RetryCase{"GET", "retry attempts=1;", 1},
        RetryCase{"GET", "retry attempts=5;", 5}}) {
    make("request " + std::string(each.method) +
         " https://api.example/; output id $.id;"
         "breaker failures=1000;" +
         each.lines);
    for (const int status : {502, 503, 504, 408}) {
      const size_t before = asked();
      api = [&](const HttpRequest&) { return make_reply(status, ""); };
      EXPECT_EQ(call(), std::to_string(status) + " dataaction.upstream.status");
      EXPECT_EQ(asked() - before, each.attempts) << each.method << ' ' << each.lines << status;
    }
  }
}

TEST_F(ActionTest, WhatWasNotDoneIsTriedAgainInAnyCase) {
  make(kPost);
  std::vector<HttpResult<HttpReply>> first = {
      make_reply(429, ""), make_reply(503, "", {{"Retry-After", "1"}}),
      std::unexpected(make_failure(HttpError::kConnect, false)),
      std::unexpected(make_failure(HttpError::kBroken, false))};
  for (auto& reply : first) {
    const size_t before = asked();
    api = [&](const HttpRequest&) { return asked() == before + 1 ? reply : next_number(); };
    EXPECT_EQ(call(), object(static_cast<int>(before) + 2));
  }
  api = [&](const HttpRequest&) -> HttpResult<HttpReply> {
    return std::unexpected(make_failure(HttpError::kBroken, true));
  };
  const size_t before = asked();
  EXPECT_EQ(call(), "502 dataaction.upstream.broken_off");
  EXPECT_EQ(asked(), before + 1);
}

TEST_F(ActionTest, HasAnEndInTime) {
  make(std::string(kGet) + "timeout 3s;");
  answer_after(1h);
  const Clock::TimePoint begin = clock.now();
  EXPECT_EQ(call(), "504 dataaction.upstream.timeout");
  EXPECT_EQ(clock.now() - begin, 3s);
  EXPECT_EQ(http.under_way, 0);
}

// Attempts and the waits between them.
TEST_F(ActionTest, ItsTimeIsForAllOfIt) {
  make(std::string(kGet) + "timeout 3s; retry attempts=100 max_wait=1s; breaker failures=1000;");
  api = [&](const HttpRequest&) {
    http.latency = 400ms;
    return make_reply(503, "");
  };
  const Clock::TimePoint begin = clock.now();
  call();
  EXPECT_LE(clock.now() - begin, 3s);
  EXPECT_GT(asked(), 2U);
}

TEST_F(ActionTest, TheCallersTimeCountsToo) {
  make(kGet);
  answer_after(1h);
  Caller& caller = ask();
  settle();
  caller.leave(CancelReason::kDeadline);
  settle();
  EXPECT_FALSE(caller.waits());
  EXPECT_EQ(caller.answer(), "504 " + reply_for_status(504).code);
  EXPECT_EQ(caller.got->error().reason, EndReason::kDeadline);
  EXPECT_EQ(http.under_way, 0);
}

TEST_F(ActionTest, LeavesAnApiInTroubleAlone) {
  make(std::string(kGet) + "breaker failures=2 time=30s; retry attempts=1;");
  api = [&](const HttpRequest&) { return make_reply(500, ""); };
  EXPECT_EQ(call(), "500 dataaction.upstream.status");
  EXPECT_EQ(call(), "500 dataaction.upstream.status");
  EXPECT_EQ(action->calls().breaker(), BreakerState::kOpen);
  Caller& refused = ask();
  EXPECT_EQ(finish(refused), "503 dataaction.upstream.unavailable");
  EXPECT_EQ(refused.got->error().reply.retry_after, 30);
  EXPECT_EQ(asked(), 2U);
  pass(30s);
  api = [&](const HttpRequest&) { return next_number(); };
  EXPECT_EQ(call(), object(3));
  EXPECT_EQ(action->calls().breaker(), BreakerState::kClosed);
}

TEST_F(ActionTest, WhatTheCallerGotWrongIsNoTrouble) {
  make(std::string(kGet) + "breaker failures=1;");
  for (const int status : {400, 401, 404, 429, 301}) {
    api = [&](const HttpRequest&) { return make_reply(status, ""); };
    call();
    EXPECT_EQ(action->calls().breaker(), BreakerState::kClosed) << status;
  }
}

TEST_F(ActionTest, SoManyAtATimeAndSoManyWait) {
  make(std::string(kGet) + "concurrency 2 queue=1;");
  answer_after(1s);
  Caller& first = ask();
  Caller& second = ask();
  Caller& third = ask();
  settle();
  Caller& fourth = ask();
  settle();
  EXPECT_EQ(asked(), 2U);
  EXPECT_EQ(action->calls().waiting(), 1U);
  EXPECT_EQ(fourth.answer(), "503 dataaction.overloaded");
  EXPECT_GT(fourth.got->error().reply.retry_after, 0);
  EXPECT_EQ(counters->overloaded, 1U);
  pass(1s);
  EXPECT_FALSE(first.waits() || second.waits());
  EXPECT_TRUE(third.waits());
  EXPECT_EQ(asked(), 3U);
  pass(1s);
  EXPECT_EQ(third.answer(), object(3));
}

TEST_F(ActionTest, WhoLeavesTheQueueIsNotSent) {
  make(std::string(kGet) + "concurrency 1 queue=1;");
  answer_after(1s);
  Caller& first = ask();
  Caller& second = ask();
  settle();
  second.leave();
  settle();
  EXPECT_FALSE(second.waits());
  Caller& third = ask();  // there is room again
  settle();
  EXPECT_TRUE(third.waits());
  EXPECT_EQ(finish(first), object(1));
  EXPECT_EQ(finish(third), object(2));
  EXPECT_EQ(counters->overloaded, 0U);
}

// From the first byte to the last, whatever is in between.
TEST_F(ActionTest, APlaceIsHeldThroughAllAttempts) {
  make(std::string(kGet) + "concurrency 1; retry attempts=2 max_wait=1s;");
  api = [&](const HttpRequest&) {
    return asked() == 1 ? make_reply(503, "", {{"Retry-After", "1"}}) : *next_number();
  };
  Caller& first = ask();
  Caller& second = ask();
  settle();
  EXPECT_EQ(asked(), 1U);
  pass(1s);
  EXPECT_EQ(first.answer(), object(2));
  EXPECT_EQ(second.answer(), object(3));
}

TEST_F(ActionTest, AWaitForAPlaceHasAnEndToo) {
  for (const char* request : {kGet, kPost}) {
    make(std::string(request) + "concurrency 1; timeout 1s;");
    answer_after(900ms);
    ask();
    Caller& second = ask();
    Caller& third = ask();
    const size_t before = asked();
    settle();
    pass(900ms);
    pass(99ms);
    EXPECT_TRUE(third.waits());
    pass(1ms);
    EXPECT_EQ(third.answer(), "503 dataaction.overloaded");
    EXPECT_EQ(third.got->error().reply.retry_after, 1);
    EXPECT_EQ(counters->overloaded, 1U);
    EXPECT_EQ(finish(second), object(static_cast<int>(before) + 2));
    EXPECT_EQ(asked(), before + 2);
  }
}

TEST_F(ActionTest, TooManyAreToldInOutputs) {
  make(
      "request GET https://api.example/; output id $.id 0; output code $error_code;"
      "on_error 200; concurrency 1 queue=0;");
  answer_after(1s);
  Caller& first = ask();
  settle();
  EXPECT_EQ(call(), "{\"id\":0,\"code\":\"dataaction.overloaded\"}\n");
  EXPECT_EQ(finish(first), object(1));
}

TEST_F(ActionTest, IsTheSameUntilItsConfigurationOrItsContractChanges) {
  const std::string lines = std::string(kPost) + "timeout 1s;";
  make(lines);
  const auto same = [&](const std::string& other, std::string_view contract = kActionContract) {
    CheckedAction checked = checked_action(other, contract);
    return action->calls().same_as(checked.config, checked.contract,
                                   {services->all, *flights, once});
  };
  EXPECT_TRUE(same(lines));
  EXPECT_TRUE(same("\n  " + lines)) << "wherever it is written";
  EXPECT_FALSE(same(std::string(kPost) + "timeout 2s;"));
  EXPECT_FALSE(same(lines + "retry attempts=1;"));
  std::string contract(kActionContract);
  contract.replace(contract.find("10"), 2, "11");
  EXPECT_FALSE(same(lines, contract));
}
}  // namespace
}  // namespace dataaction
