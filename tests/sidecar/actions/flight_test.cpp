// Calls that belong to nobody, or to several: coalesced ones, and those that go on by themselves.

#include <gtest/gtest.h>

#include "tests/sidecar/actions/action_fixture.h"

namespace dataaction {
namespace {

using namespace std::chrono_literals;

class FlightTest : public ActionTest {
 protected:
  static constexpr const char* kShared =
      "request GET 'https://api.example/${x}'; output id $.id; coalesce on; header X '${h}'; ";
};

TEST_F(FlightTest, ManyWhoAskTheSameAreOneRequest) {
  make(kShared);
  answer_after(1s);
  for (int i = 0; i < 100; ++i) ask();
  settle();
  EXPECT_EQ(asked(), 1U);
  pass(1s);
  for (const Caller& caller : callers) EXPECT_EQ(caller.answer(), object(1));
  EXPECT_EQ(counters->coalesced, 99U);
  // It is over, and the next one asks anew.
  EXPECT_EQ(call(), object(2));
  EXPECT_EQ(counters->coalesced, 99U);
}

TEST_F(FlightTest, ADifferenceAnywhereIsAnotherRequest) {
  make(kShared);
  answer_after(1s);
  for (const std::string input : {R"({"x":1})", R"({"x":2})", R"({"x":1,"h":"a"})",
                                  R"({"x":1,"h":"b"})", R"({"x":1,"other":2})"}) {
    ask(input);
  }
  settle();
  EXPECT_EQ(asked(), 4U) << "what is not sent does not matter";
  pass(1s);
}

TEST_F(FlightTest, AnErrorIsSharedToo) {
  make(kShared);
  api = [&](const HttpRequest&) {
    http.latency = 1s;
    return make_reply(404, "");
  };
  Caller& first = ask();
  Caller& second = ask();
  EXPECT_EQ(finish(first), "404 dataaction.upstream.status");
  EXPECT_EQ(second.answer(), "404 dataaction.upstream.status");
  EXPECT_EQ(asked(), 1U);
}

TEST_F(FlightTest, WhoLeavesDoesNotEndItForTheOthers) {
  make(kShared);
  answer_after(1s);
  Caller& first = ask();
  Caller& second = ask();
  Caller& third = ask();
  settle();
  first.leave();
  third.leave(CancelReason::kDeadline);
  settle();
  EXPECT_EQ(first.got->error().reason, EndReason::kClient);
  EXPECT_EQ(third.got->error().reason, EndReason::kDeadline);
  EXPECT_EQ(http.under_way, 1);
  EXPECT_EQ(finish(second), object(1));
  EXPECT_EQ(counters->abandoned, 0U);
}

TEST_F(FlightTest, TheLastOneWhoLeavesEndsIt) {
  make(kShared);
  answer_after(1h);
  Caller& first = ask();
  Caller& second = ask();
  settle();
  first.leave();
  second.leave();
  settle();
  EXPECT_EQ(http.under_way, 0);
  EXPECT_EQ(flights->size(), 0U);
  EXPECT_EQ(counters->abandoned, 1U);
  EXPECT_FALSE(clock.earliest());
}

// And whoever comes at that very moment does not join it.
TEST_F(FlightTest, NobodyJoinsWhatIsAboutToEnd) {
  make(kShared);
  answer_after(1s);
  Caller& first = ask();
  settle();
  first.leave();
  Caller& second = ask();
  settle();
  EXPECT_TRUE(second.waits());
  EXPECT_EQ(finish(second), object(2));
}

TEST_F(FlightTest, WhoLeavesBeforeItBeganIsNotSent) {
  make(kShared);
  Caller& first = ask();
  first.leave();
  settle();
  EXPECT_FALSE(first.waits());
  EXPECT_EQ(flights->size(), 0U);
  EXPECT_EQ(asked(), 0U);
}

TEST_F(FlightTest, WhatIsNotSafeGoesOnAlone) {
  make(kPost);
  answer_after(1s);
  Caller& caller = ask();
  settle();
  caller.leave();
  settle();
  EXPECT_FALSE(caller.waits());
  EXPECT_EQ(http.under_way, 1);
  EXPECT_EQ(flights->size(), 1U);
  EXPECT_EQ(counters->abandoned, 1U);
  pass(1s);
  EXPECT_EQ(http.under_way, 0);
  EXPECT_EQ(flights->size(), 0U);
}

struct AbortCase {
  const char* method;
  const char* lines;
  bool goes_on;
};

TEST_F(FlightTest, WhatBecomesOfItCanBeSaid) {
  for (const AbortCase& each :
       {AbortCase{"GET", "", false}, AbortCase{"HEAD", "", false}, AbortCase{"PUT", "", true},
        AbortCase{"DELETE", "", true}, AbortCase{"PATCH", "", true},
        AbortCase{"POST", "on_abort cancel;", false}, AbortCase{"GET", "on_abort finish;", true},
        AbortCase{"GET", "on_abort finish; coalesce on;", true},
        AbortCase{"POST", "idempotent on; coalesce on;", true},
        AbortCase{"POST", "idempotent on; coalesce on; on_abort cancel;", false}}) {
    make("request " + std::string(each.method) + " https://api.example/; output id $.id;" +
         each.lines);
    answer_after(1s);
    Caller& caller = ask();
    settle();
    caller.leave();
    settle();
    EXPECT_EQ(http.under_way, each.goes_on ? 1 : 0) << each.method << ' ' << each.lines;
    pass(1s);
    EXPECT_EQ(http.under_way, 0);
  }
}

TEST_F(FlightTest, WhoComesBackFindsItThere) {
  make(std::string(kShared) + "on_abort finish;");
  answer_after(1s);
  Caller& first = ask();
  settle();
  first.leave();
  settle();
  Caller& second = ask();
  settle();
  EXPECT_EQ(finish(second), object(1));
  EXPECT_EQ(asked(), 1U);
}

// A reload: its action is gone, and what that was made with.
TEST_F(FlightTest, OutlivesItsAction) {
  make(kPost);
  answer_after(1s);
  Caller& caller = ask();
  settle();
  caller.leave();
  settle();
  action.reset();
  pass(1s);
  EXPECT_EQ(http.under_way, 0);
  EXPECT_EQ(flights->size(), 0U);
  EXPECT_EQ(asked(), 1U);
}

TEST_F(FlightTest, ThereAreNotTooMany) {
  make(kPost);
  answer_after(1s);
  for (int i = 0; i < 17; ++i) ask();
  settle();
  EXPECT_EQ(callers.back().answer(), "503 dataaction.overloaded");
  EXPECT_EQ(counters->overloaded, 1U);
  EXPECT_EQ(asked(), 16U);
  pass(1s);
  EXPECT_EQ(call().substr(0, 6), "{\"id\":");
}

TEST_F(FlightTest, AShutdownEndsItAndWhoWaitsIsTold) {
  make(kPost);
  answer_after(1h);
  Caller& first = ask();
  settle();
  flights->cancel(CancelReason::kShutdown);
  settle();
  EXPECT_FALSE(first.waits());
  EXPECT_EQ(first.answer(), "502 dataaction.action.interrupted");
  EXPECT_EQ(first.got->error().reason, EndReason::kShutdown);
  EXPECT_EQ(http.under_way, 0);
  EXPECT_EQ(flights->size(), 0U);
}

// Nobody has heard of it yet.
TEST_F(FlightTest, WhatWaitsForItsPlaceDoesNotGoOnAlone) {
  make(std::string(kPost) + "concurrency 1;");
  answer_after(1s);
  Caller& first = ask();
  settle();
  Caller& second = ask();
  Caller& third = ask();
  settle();
  EXPECT_EQ(flights->size(), 3U);
  second.leave();
  settle();
  EXPECT_EQ(flights->size(), 2U);
  EXPECT_EQ(counters->abandoned, 1U);
  EXPECT_EQ(finish(first), object(1));
  EXPECT_EQ(finish(third), object(2));
  EXPECT_EQ(asked(), 2U);
}

TEST_F(FlightTest, UnlessSomebodyElseWaitsForItToo) {
  make(
      "request POST 'https://api.example/${x}'; output id $.id; idempotent on; coalesce on;"
      "concurrency 1;");
  answer_after(1s);
  ask(R"({"x":1})");
  settle();
  Caller& second = ask(R"({"x":2})");
  Caller& third = ask(R"({"x":2})");
  settle();
  second.leave();
  settle();
  EXPECT_EQ(finish(third), object(2));
}

// Those who wait are told first, and their calls go on for a moment.
TEST_F(FlightTest, AShutdownTellsWhetherItMayHaveBeenDone) {
  for (const bool repeatable : {false, true}) {
    make(std::string(kPost) + "concurrency 1;" + (repeatable ? "idempotent on;" : ""));
    const size_t before = asked();
    answer_after(1s);
    Caller& first = ask();
    Caller& queued = ask();
    settle();
    first.leave(CancelReason::kShutdown);
    queued.leave(CancelReason::kShutdown);
    settle();
    EXPECT_EQ(first.answer(),
              repeatable ? "503 dataaction.link.shutdown" : "502 dataaction.action.interrupted");
    EXPECT_EQ(first.got->error().reason, EndReason::kShutdown);
    EXPECT_EQ(queued.answer(), "503 dataaction.link.shutdown");
    EXPECT_EQ(http.under_way, 1);
    pass(1s);
    EXPECT_EQ(asked(), before + 1) << "what was said not to have begun does not begin";
    EXPECT_EQ(flights->size(), 0U);
  }
}

}  // namespace
}  // namespace dataaction
