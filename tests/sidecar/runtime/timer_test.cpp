#include "sidecar/runtime/timer.h"

#include <vector>

#include "sidecar/runtime/event.h"
#include "sidecar/runtime/loop_clock.h"
#include "tests/sidecar/runtime/loop_fixture.h"

namespace dataaction {
namespace {

using std::chrono_literals::operator""ms;

using TimerTest = LoopTest;

Task<> note_after(Clock& clock, Clock::Duration duration, int number, std::vector<int>& order) {
  EXPECT_TRUE((co_await sleep_for(clock, duration)).has_value());
  order.push_back(number);
}

// Lets the tasks that are ready go first.
Task<> advance(ManualClock& clock, Clock::Duration duration) {
  static_cast<void>(co_await yield());
  clock.advance(duration);
}

TEST_F(TimerTest, SleepersWakeInTheOrderOfTheirTimes) {
  std::vector<int> order;
  run_all(note_after(clock, 30ms, 3, order), note_after(clock, 10ms, 1, order),
          note_after(clock, 20ms, 2, order), advance(clock, 30ms));
  EXPECT_THAT(order, testing::ElementsAre(1, 2, 3));
  EXPECT_EQ(clock.earliest(), std::nullopt);
}

TEST_F(TimerTest, NobodyWakesEarly) {
  std::vector<int> order;
  const auto flow = [](ManualClock& clock, std::vector<int>& order) -> Task<> {
    TaskGroup group(co_await current_scope(), 2);
    EXPECT_TRUE(group.spawn(note_after(clock, 10ms, 1, order)));
    EXPECT_TRUE(group.spawn(note_after(clock, 11ms, 2, order)));
    co_await advance(clock, 9ms);
    static_cast<void>(co_await yield());
    EXPECT_THAT(order, testing::IsEmpty());
    co_await advance(clock, 1ms);
    static_cast<void>(co_await yield());
    EXPECT_THAT(order, testing::ElementsAre(1));
    co_await advance(clock, 1ms);
    co_await group.drain();
    EXPECT_THAT(order, testing::ElementsAre(1, 2));
  };
  run(flow(clock, order));
}

TEST_F(TimerTest, ACancelledSleepIsDisarmed) {
  const auto sleeper = [](Clock& clock) -> Task<> {
    EXPECT_EQ(code_of(co_await sleep_for(clock, 10ms)), ErrorCode::kShutdown);
  };
  const auto canceller = [](ManualClock& clock) -> Task<> {
    EXPECT_NE(clock.earliest(), std::nullopt);
    (co_await current_scope()).cancel(CancelReason::kShutdown);
    EXPECT_EQ(clock.earliest(), std::nullopt);
  };
  run_all(sleeper(clock), canceller(clock));
}

TEST_F(TimerTest, TheClockIsAskedOnlyWhenTheEarliestAlarmChanges) {
  CancelScope first(scope);
  CancelScope second(scope);
  const CancelAt early(clock, clock.now() + 10ms, first);
  EXPECT_EQ(clock.wake_calls(), 1);
  const CancelAt late(clock, clock.now() + 20ms, second);
  EXPECT_EQ(clock.wake_calls(), 1);
  clock.advance(10ms);
  EXPECT_EQ(clock.wake_calls(), 2);
  EXPECT_EQ(first.reason(), CancelReason::kDeadline);
  EXPECT_EQ(second.reason(), std::nullopt);
}

Task<Result<void>> wait_for(Event& event) {
  co_return co_await event.wait();
}

TEST_F(TimerTest, ADeadlineEndsTheWork) {
  Event never;
  const auto flow = [](ManualClock& clock, Event& never) -> Task<> {
    EXPECT_EQ(code_of(co_await with_deadline(clock, 10ms, wait_for(never))), ErrorCode::kDeadline);
    EXPECT_EQ((co_await current_scope()).reason(), std::nullopt);
  };
  run_all(flow(clock, never), advance(clock, 10ms));
}

TEST_F(TimerTest, WorkThatIsInTimeIsNotTouched) {
  Event set(true);
  EXPECT_TRUE(run(with_deadline(clock, 10ms, wait_for(set))).has_value());
  EXPECT_EQ(clock.earliest(), std::nullopt);
}

TEST_F(TimerTest, ADeadlineInThePastFailsTheFirstWait) {
  Event never;
  EXPECT_EQ(code_of(run(with_deadline(clock, 0ms, wait_for(never)))), ErrorCode::kDeadline);
  EXPECT_EQ(code_of(run(with_deadline(clock, -5ms, wait_for(never)))), ErrorCode::kDeadline);
}

TEST_F(TimerTest, TheEarlierOfTwoDeadlinesCounts) {
  Event never;
  const auto flow = [](ManualClock& clock, Event& never) -> Task<Result<void>> {
    const auto inner = [](ManualClock& clock, Event& never) -> Task<Result<void>> {
      const auto result = co_await with_deadline(clock, 100ms, wait_for(never));
      EXPECT_EQ((co_await current_scope()).reason(), CancelReason::kDeadline) << "the outer one";
      co_return result;
    };
    co_return co_await with_deadline(clock, 10ms, inner(clock, never));
  };
  const auto check = [&]() -> Task<> {
    EXPECT_EQ(code_of(co_await flow(clock, never)), ErrorCode::kDeadline);
  };
  run_all(check(), advance(clock, 10ms));
}

TEST_F(TimerTest, AShieldKeepsCancellationOutButNotItsOwnLimit) {
  const auto flow = [](ManualClock& clock) -> Task<> {
    (co_await current_scope()).cancel(CancelReason::kShutdown);
    Event set(true);
    Event never;
    EXPECT_TRUE((co_await shielded(clock, 10ms, wait_for(set))).has_value());
    EXPECT_EQ(code_of(co_await shielded(clock, 10ms, wait_for(never))), ErrorCode::kDeadline);
  };
  run_all(flow(clock), advance(clock, 10ms));
}

TEST_F(TimerTest, TheLoopsClockWakesSleepersAndIsQuietWithoutThem) {
  std::vector<int> order;
  {
    LoopClock real(loop);
    loop.run();
    run_all(note_after(real, 2ms, 2, order), note_after(real, 1ms, 1, order),
            note_after(real, -1ms, 0, order));
  }
  EXPECT_THAT(order, testing::ElementsAre(0, 1, 2));
}

TEST_F(TimerTest, TheLoopsClockForgetsACancelledSleep) {
  LoopClock real(loop);
  const auto sleeper = [](Clock& clock) -> Task<> {
    EXPECT_EQ(code_of(co_await sleep_for(clock, std::chrono::hours(1))), ErrorCode::kDeadline);
  };
  run(with_deadline(real, 1ms, sleeper(real)));  // ends, and does not wait for an hour
}

TEST_F(TimerTest, GraceBeginsWhenTheScopeEnds) {
  std::optional<ErrorCode> ended;
  const auto flow = [](Clock& clock, std::optional<ErrorCode>& ended) -> Task<> {
    Event never;
    ended = code_of(co_await with_grace(clock, 10ms, wait_for(never)));
  };
  CancelScope outer(scope);
  TaskGroup group(outer, 1);
  EXPECT_TRUE(group.spawn(flow(clock, ended)));
  loop.run();
  clock.advance(1'000ms);
  loop.run();
  EXPECT_EQ(group.size(), 1U);
  outer.cancel(CancelReason::kShutdown);
  clock.advance(9ms);
  loop.run();
  EXPECT_EQ(group.size(), 1U);
  clock.advance(1ms);
  loop.run();
  EXPECT_EQ(ended, ErrorCode::kShutdown);
}

TEST_F(TimerTest, GraceIsGivenInAScopeThatHasEnded) {
  const auto flow = [](ManualClock& clock) -> Task<> {
    (co_await current_scope()).cancel(CancelReason::kHangup);
    Event set(true);
    EXPECT_TRUE((co_await with_grace(clock, 10ms, wait_for(set))).has_value());
    Event never;
    EXPECT_EQ(code_of(co_await with_grace(clock, 0ms, wait_for(never))), ErrorCode::kHangup);
  };
  const auto later = [](ManualClock& clock) -> Task<> {
    co_await advance(clock, 0ms);
    co_await advance(clock, 1ms);
  };
  run_all(flow(clock), later(clock));
}

}  // namespace
}  // namespace dataaction
