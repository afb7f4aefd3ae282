#include "sidecar/runtime/semaphore.h"

#include <vector>

#include "tests/sidecar/runtime/loop_fixture.h"

namespace dataaction {
namespace {

using SemaphoreTest = LoopTest;

struct Load {
  int running = 0;
  int most = 0;
  std::vector<int> order;
};

Task<> work(Semaphore& semaphore, Load& load, int number) {
  const auto permit = co_await semaphore.acquire();
  EXPECT_TRUE(permit.has_value());
  load.order.push_back(number);
  load.most = std::max(load.most, ++load.running);
  static_cast<void>(co_await yield());
  --load.running;
}

TEST_F(SemaphoreTest, LetsSoManyInAndTheRestInTheirOrder) {
  Semaphore semaphore(2, 8);
  Load load;
  run_all(work(semaphore, load, 1), work(semaphore, load, 2), work(semaphore, load, 3),
          work(semaphore, load, 4), work(semaphore, load, 5));
  EXPECT_EQ(load.most, 2);
  EXPECT_THAT(load.order, testing::ElementsAre(1, 2, 3, 4, 5));
  EXPECT_EQ(semaphore.available(), 2U);
  EXPECT_EQ(semaphore.waiting(), 0U);
}

TEST_F(SemaphoreTest, RefusesOneTooMany) {
  Semaphore semaphore(0, 1);
  const auto first = [](Semaphore& semaphore) -> Task<> {
    EXPECT_EQ(code_of(co_await semaphore.acquire()), ErrorCode::kShutdown);
    EXPECT_EQ(semaphore.waiting(), 0U);
  };
  const auto second = [](Semaphore& semaphore) -> Task<> {
    EXPECT_EQ(semaphore.waiting(), 1U);
    EXPECT_EQ(code_of(co_await semaphore.acquire()), ErrorCode::kOverloaded);
    (co_await current_scope()).cancel(CancelReason::kShutdown);
  };
  run_all(first(semaphore), second(semaphore));
}

// The permit is the waiter's from the moment it is handed over, though it has not run yet.
TEST_F(SemaphoreTest, APermitHandedOverIsNotLostToACancellation) {
  Semaphore semaphore(1, 1);
  const auto holder = [](Semaphore& semaphore) -> Task<> {
    {
      const auto permit = co_await semaphore.acquire();
      static_cast<void>(co_await yield());
      EXPECT_EQ(semaphore.waiting(), 1U);
    }
    (co_await current_scope()).cancel(CancelReason::kCancelled);
  };
  const auto waiter = [](Semaphore& semaphore) -> Task<> {
    EXPECT_TRUE((co_await semaphore.acquire()).has_value());
  };
  run_all(holder(semaphore), waiter(semaphore));
  EXPECT_EQ(semaphore.available(), 1U);
}

TEST_F(SemaphoreTest, AMovedPermitGoesBackOnce) {
  Semaphore semaphore(1, 0);
  const auto flow = [](Semaphore& semaphore) -> Task<> {
    auto permit = co_await semaphore.acquire();
    {
      const Semaphore::Permit moved = std::move(*permit);
      EXPECT_EQ(semaphore.available(), 0U);
    }
    EXPECT_EQ(semaphore.available(), 1U);
  };
  run(flow(semaphore));
  EXPECT_EQ(semaphore.available(), 1U);
}

}  // namespace
}  // namespace dataaction
