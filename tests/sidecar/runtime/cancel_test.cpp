#include "sidecar/runtime/cancel.h"

#include <vector>

#include "sidecar/runtime/event.h"
#include "sidecar/runtime/timer.h"
#include "tests/sidecar/runtime/loop_fixture.h"

namespace dataaction {
namespace {

using CancelTest = LoopTest;

Task<Result<void>> wait_for(Event& event, DeathCounter) {
  co_return co_await event.wait();
}

TEST_F(CancelTest, EndsAWaitWithTheReasonAndDestroysTheFrame) {
  Event never;
  int deaths = 0;
  const auto flow = [](Event& never, int& deaths) -> Task<> {
    CancelScope inner(co_await current_scope());
    TaskGroup group(co_await current_scope(), 1);
    const auto canceller = [](CancelScope& inner) -> Task<> {
      inner.cancel(CancelReason::kHangup);
      co_return;
    };
    EXPECT_TRUE(group.spawn(canceller(inner)));
    const Result<void> result = co_await wait_for(never, DeathCounter(deaths)).in(inner);
    EXPECT_EQ(code_of(result), ErrorCode::kHangup);
    EXPECT_EQ(deaths, 1);
    co_await group.drain();
  };
  run(flow(never, deaths));
}

TEST_F(CancelTest, KeepsTheFirstReason) {
  scope.cancel(CancelReason::kDeadline);
  scope.cancel(CancelReason::kShutdown);
  EXPECT_EQ(scope.reason(), CancelReason::kDeadline);
}

TEST_F(CancelTest, ReachesTheScopesInside) {
  CancelScope child(scope);
  CancelScope grandchild(child);
  CancelScope sibling(scope);
  child.cancel(CancelReason::kHangup);
  EXPECT_EQ(grandchild.reason(), CancelReason::kHangup);
  EXPECT_EQ(scope.reason(), std::nullopt);
  EXPECT_EQ(sibling.reason(), std::nullopt);

  scope.cancel(CancelReason::kShutdown);
  EXPECT_EQ(child.reason(), CancelReason::kHangup);
  EXPECT_EQ(sibling.reason(), CancelReason::kShutdown);
  EXPECT_EQ(CancelScope(scope).reason(), CancelReason::kShutdown);
}

TEST_F(CancelTest, AScopeThatIsGoneIsNotReached) {
  {
    const CancelScope child(scope);
  }
  scope.cancel(CancelReason::kCancelled);
}

TEST_F(CancelTest, RefusesANewOperationInACancelledScope) {
  Event never;
  const auto flow = [](Event& never) -> Task<> {
    CancelScope& own = co_await current_scope();
    CancelScope inner(own);
    inner.cancel(CancelReason::kDeadline);
    const auto twice = [](Event& never) -> Task<> {
      EXPECT_EQ(code_of(co_await never.wait()), ErrorCode::kDeadline);
      EXPECT_EQ(code_of(co_await never.wait()), ErrorCode::kDeadline);
      EXPECT_EQ(code_of(co_await yield()), ErrorCode::kDeadline);
    };
    co_await twice(never).in(inner);
  };
  run(flow(never));
}

// The one who cancels may stand in the scope itself: nothing resumes inside cancel().
TEST_F(CancelTest, CancellingOnesOwnScopeResumesNobodyInside) {
  Event never;
  std::vector<int> order;
  const auto waiter = [](Event& never, std::vector<int>& order) -> Task<> {
    EXPECT_EQ(code_of(co_await never.wait()), ErrorCode::kCancelled);
    order.push_back(2);
  };
  const auto canceller = [](std::vector<int>& order) -> Task<> {
    (co_await current_scope()).cancel(CancelReason::kCancelled);
    order.push_back(1);
    EXPECT_EQ(code_of(co_await yield()), ErrorCode::kCancelled);
    order.push_back(3);
  };
  run_all(waiter(never, order), canceller(order));
  EXPECT_THAT(order, testing::ElementsAre(1, 2, 3));
}

TEST_F(CancelTest, ComesTooLateForWhatHasHappened) {
  Event event;
  const auto waiter = [](Event& event) -> Task<> {
    EXPECT_TRUE((co_await event.wait()).has_value());
  };
  const auto setter = [](Event& event) -> Task<> {
    event.set();
    (co_await current_scope()).cancel(CancelReason::kCancelled);
  };
  run_all(waiter(event), setter(event));
}

using CancelDeathTest = LoopTest;

TEST_F(CancelDeathTest, AScopeThatEndsBeforeItsChildIsABug) {
  const auto end_early = [this] {
    auto parent = std::make_unique<CancelScope>(scope);
    const CancelScope child(*parent);
    parent.reset();
  };
  EXPECT_DEATH(end_early(), "CancelScope ends");
}

}  // namespace
}  // namespace dataaction
