#include "sidecar/runtime/event.h"

#include "tests/sidecar/runtime/loop_fixture.h"

namespace dataaction {
namespace {

using EventTest = LoopTest;

Task<> count_wake(Event& event, int& woken) {
  EXPECT_TRUE((co_await event.wait()).has_value());
  ++woken;
}

TEST_F(EventTest, WakesEverybodyOnce) {
  Event event;
  int woken = 0;
  const auto setter = [](Event& event, const int& woken) -> Task<> {
    EXPECT_EQ(woken, 0);
    event.set();
    event.set();
    EXPECT_EQ(woken, 0) << "nobody runs inside set()";
    co_return;
  };
  run_all(count_wake(event, woken), count_wake(event, woken), setter(event, woken));
  EXPECT_EQ(woken, 2);
}

TEST_F(EventTest, HoldsUntilItIsReset) {
  Event event(true);
  int woken = 0;
  run(count_wake(event, woken));
  run(count_wake(event, woken));
  EXPECT_EQ(woken, 2);
  event.reset();
  EXPECT_FALSE(event.is_set());
}

TEST_F(EventTest, ACancelledWaiterLeavesTheOthers) {
  Event event;
  int woken = 0;
  const auto flow = [](Event& event, int& woken) -> Task<> {
    CancelScope& own = co_await current_scope();
    TaskGroup lost(own, 1);
    TaskGroup kept(own, 1);
    const auto lose = [](Event& event) -> Task<> {
      EXPECT_EQ(code_of(co_await event.wait()), ErrorCode::kHangup);
    };
    EXPECT_TRUE(lost.spawn(lose(event)));
    EXPECT_TRUE(kept.spawn(count_wake(event, woken)));
    static_cast<void>(co_await yield());
    lost.cancel(CancelReason::kHangup);
    co_await lost.drain();
    event.set();
    co_await kept.drain();
  };
  run(flow(event, woken));
  EXPECT_EQ(woken, 1);
}

}  // namespace
}  // namespace dataaction
