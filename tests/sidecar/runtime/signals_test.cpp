#include "sidecar/runtime/signals.h"

#include "sidecar/runtime/loop_clock.h"
#include "sidecar/runtime/timer.h"
#include "tests/sidecar/runtime/loop_fixture.h"

namespace dataaction {
namespace {

using SignalsTest = LoopTest;

Task<> expect_next(Signals& signals, int number) {
  EXPECT_EQ(co_await signals.next(), number);
}

Task<> raise_later(int number) {
  static_cast<void>(co_await yield());
  std::raise(number);
}

TEST_F(SignalsTest, WakeTheOneWhoWaits) {
  const auto flow = [](Loop& loop) -> Task<> {
    const auto signals = std::move(*Signals::create(loop, {SIGUSR1, SIGHUP}));
    TaskGroup group(co_await current_scope(), 1);
    EXPECT_TRUE(group.spawn(raise_later(SIGHUP)));
    co_await expect_next(*signals, SIGHUP);
    co_await group.drain();
  };
  run(flow(loop));
}

TEST_F(SignalsTest, AreKeptWhileNobodyWaitsOnceForEachNumber) {
  const auto flow = [](Loop& loop) -> Task<> {
    const auto signals = std::move(*Signals::create(loop, {SIGUSR1, SIGUSR2, SIGHUP}));
    LoopClock real(loop);
    std::raise(SIGUSR2);
    std::raise(SIGUSR1);
    std::raise(SIGUSR1);
    // A timer fires after the loop has polled, and so has seen them.
    static_cast<void>(co_await sleep_for(real, Clock::Duration(1)));
    co_await expect_next(*signals, SIGUSR1);
    co_await expect_next(*signals, SIGUSR2);
    std::raise(SIGHUP);
    co_await expect_next(*signals, SIGHUP);
  };
  run(flow(loop));
}

TEST_F(SignalsTest, AWaitCanBeCancelled) {
  const auto flow = [](Loop& loop) -> Task<> {
    const auto signals = std::move(*Signals::create(loop, {SIGUSR1}));
    TaskGroup group(co_await current_scope(), 1);
    const auto wait = [](Signals& signals) -> Task<> {
      EXPECT_EQ(code_of(co_await signals.next()), ErrorCode::kShutdown);
    };
    EXPECT_TRUE(group.spawn(wait(*signals)));
    static_cast<void>(co_await yield());
    group.cancel(CancelReason::kShutdown);
    co_await group.drain();
  };
  run(flow(loop));
}

TEST_F(SignalsTest, OneThatCannotBeCaughtIsAnError) {
  EXPECT_EQ(code_of(Signals::create(loop, {SIGUSR1, SIGKILL})), ErrorCode::kSystem);
}

}  // namespace
}  // namespace dataaction
