#include "sidecar/runtime/task_group.h"

#include "sidecar/runtime/both.h"
#include "sidecar/runtime/timer.h"
#include "tests/sidecar/runtime/loop_fixture.h"

namespace dataaction {
namespace {

using std::chrono_literals::operator""ms;

using TaskGroupTest = LoopTest;

Task<> wait_for(Event& event, DeathCounter) {
  static_cast<void>(co_await event.wait());
}

TEST_F(TaskGroupTest, DrainWaitsForTheLastFrame) {
  Event event;
  int deaths = 0;
  const auto flow = [](Event& event, int& deaths) -> Task<> {
    TaskGroup group(co_await current_scope(), 3);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(group.spawn(wait_for(event, DeathCounter(deaths))));
    EXPECT_EQ(group.size(), 3U);
    static_cast<void>(co_await yield());
    event.set();
    co_await group.drain();
    EXPECT_EQ(group.size(), 0U);
    EXPECT_EQ(deaths, 3);
    co_await group.drain();
  };
  run(flow(event, deaths));
}

TEST_F(TaskGroupTest, IsBounded) {
  Event event;
  int deaths = 0;
  const auto flow = [](Event& event, int& deaths) -> Task<> {
    TaskGroup group(co_await current_scope(), 1);
    EXPECT_TRUE((co_await group.room()).has_value());
    EXPECT_TRUE(group.spawn(wait_for(event, DeathCounter(deaths))));
    EXPECT_FALSE(group.spawn(wait_for(event, DeathCounter(deaths))));
    EXPECT_EQ(deaths, 1) << "of the one that was refused";
    event.set();
    EXPECT_TRUE((co_await group.room()).has_value());
    EXPECT_EQ(deaths, 2);
    EXPECT_TRUE(group.spawn(wait_for(event, DeathCounter(deaths))));
    co_await group.drain();
  };
  run(flow(event, deaths));
}

TEST_F(TaskGroupTest, ATaskDoesNotBeginInsideSpawn) {
  int runs = 0;
  const auto flow = [](int& runs) -> Task<> {
    const auto count = [](int& runs) -> Task<> {
      ++runs;
      co_return;
    };
    TaskGroup group(co_await current_scope(), 1);
    EXPECT_TRUE(group.spawn(count(runs)));
    EXPECT_EQ(runs, 0);
    co_await group.drain();
    EXPECT_EQ(runs, 1);
  };
  run(flow(runs));
}

TEST_F(TaskGroupTest, CancelEndsItsTasksAndNoOthers) {
  Event never;
  int deaths = 0;
  const auto flow = [](Event& never, int& deaths) -> Task<> {
    TaskGroup group(co_await current_scope(), 2);
    EXPECT_TRUE(group.spawn(wait_for(never, DeathCounter(deaths))));
    static_cast<void>(co_await yield());
    EXPECT_TRUE(group.spawn(wait_for(never, DeathCounter(deaths)))) << "not begun when cancelled";
    group.cancel(CancelReason::kShutdown);
    co_await group.drain();
    EXPECT_EQ(deaths, 2);
    EXPECT_EQ((co_await current_scope()).reason(), std::nullopt);
  };
  run(flow(never, deaths));
}

TEST_F(TaskGroupTest, DrainIsNotCutShortByACancellation) {
  Event event;
  int deaths = 0;
  const auto flow = [](Event& event, int& deaths) -> Task<> {
    CancelScope inner(co_await current_scope());
    TaskGroup group(co_await current_scope(), 1);
    EXPECT_TRUE(group.spawn(wait_for(event, DeathCounter(deaths))));
    inner.cancel(CancelReason::kDeadline);
    const auto set_later = [](Event& event) -> Task<> {
      static_cast<void>(co_await yield());
      event.set();
    };
    TaskGroup helper(co_await current_scope(), 1);
    EXPECT_TRUE(helper.spawn(set_later(event)));
    co_await group.drain().in(inner);
    EXPECT_EQ(deaths, 1);
    co_await helper.drain();
  };
  run(flow(event, deaths));
}

TEST_F(TaskGroupTest, AfterTheGraceTheRestIsCancelled) {
  Event never;
  int deaths = 0;
  const auto flow = [](ManualClock& clock, Event& never, int& deaths) -> Task<> {
    TaskGroup group(co_await current_scope(), 2);
    const auto brief = [](Clock& clock) -> Task<> {
      EXPECT_TRUE((co_await sleep_for(clock, 5ms)).has_value());
    };
    EXPECT_TRUE(group.spawn(brief(clock)));
    EXPECT_TRUE(group.spawn(wait_for(never, DeathCounter(deaths))));
    co_await group.drain(clock, 10ms);
    EXPECT_EQ(deaths, 1);
  };
  const auto time = [](ManualClock& clock) -> Task<> {
    for (int i = 0; i < 10; ++i) {
      static_cast<void>(co_await yield());
      clock.advance(1ms);
    }
  };
  run_all(flow(clock, never, deaths), time(clock));
}

Task<Result<int>> wait_and_give(Event& event, int number) {
  if (const auto set = co_await event.wait(); !set) co_return std::unexpected(set.error());
  co_return number;
}

TEST_F(TaskGroupTest, BothRunAtATime) {
  Event first;
  Event second;
  const auto setter = [](Event& first, Event& second) -> Task<> {
    second.set();
    static_cast<void>(co_await yield());
    first.set();
  };
  const auto flow = [](Event& first, Event& second) -> Task<> {
    const auto [a, b] = co_await both(wait_and_give(first, 1), wait_and_give(second, 2));
    EXPECT_EQ(a, 1);
    EXPECT_EQ(b, 2);
  };
  run_all(flow(first, second), setter(first, second));
}

TEST_F(TaskGroupTest, BothAreCancelledTogether) {
  Event never;
  const auto flow = [](Event& never) -> Task<> {
    for (int i = 0; i < 2; ++i) {  // while they wait, and before they begin
      const auto [a, b] = co_await both(wait_and_give(never, 1), wait_and_give(never, 2));
      EXPECT_EQ(code_of(a), ErrorCode::kHangup);
      EXPECT_EQ(code_of(b), ErrorCode::kHangup);
    }
  };
  const auto canceller = []() -> Task<> {
    static_cast<void>(co_await yield());
    (co_await current_scope()).cancel(CancelReason::kHangup);
  };
  run_all(flow(never), canceller());
}

using TaskGroupDeathTest = LoopTest;

TEST_F(TaskGroupDeathTest, AGroupThatEndsBeforeItsTasksIsABug) {
  const auto end_early = [this] {
    Event never;
    int deaths = 0;
    TaskGroup group(scope, 1);
    static_cast<void>(group.spawn(wait_for(never, DeathCounter(deaths))));
  };
  EXPECT_DEATH(end_early(), "TaskGroup ends");
}

}  // namespace
}  // namespace dataaction
