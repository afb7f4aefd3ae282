#include "sidecar/runtime/loop.h"

#include <csignal>

#include "sidecar/runtime/handle.h"
#include "sidecar/runtime/operation.h"
#include "tests/sidecar/runtime/loop_fixture.h"

namespace dataaction {
namespace {

TEST(Loop, ReportsHandlesThatAreLeftOpen) {
  auto loop = std::move(*Loop::create());
  auto timer = std::make_unique<uv_timer_t>();
  uv_timer_init(loop->raw(), timer.get());
  EXPECT_THAT(loop->close(), testing::ElementsAre("timer"));

  HandlePtr<uv_timer_t>(timer.release()).reset();
  EXPECT_THAT(loop->close(), testing::IsEmpty());
  EXPECT_THAT(loop->close(), testing::IsEmpty()) << "a second time";
}

TEST(Loop, RunsNothingWhenThereIsNothing) {
  (*Loop::create())->run();
}

TEST(Loop, MakesABrokenPipeAnError) {
  const auto loop = std::move(*Loop::create());
  struct sigaction action{};
  sigaction(SIGPIPE, nullptr, &action);
  EXPECT_EQ(action.sa_handler, SIG_IGN);
}

using LoopTurnTest = LoopTest;

TEST_F(LoopTurnTest, YieldingTasksTakeTurns) {
  std::vector<int> order;
  const auto count = [](std::vector<int>& order, int first) -> Task<> {
    for (int i = first; i < 6; i += 2) {
      order.push_back(i);
      static_cast<void>(co_await yield());
    }
  };
  run_all(count(order, 0), count(order, 1));
  EXPECT_THAT(order, testing::ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST_F(LoopTurnTest, TasksThatAreAlwaysReadyLetHandlesHaveTheirTurn) {
  bool fired = false;
  uv_timer_t timer;
  uv_timer_init(loop.raw(), &timer);
  timer.data = &fired;
  uv_timer_start(
      &timer,
      [](uv_timer_t* timer) noexcept {
        *static_cast<bool*>(timer->data) = true;
        uv_close(reinterpret_cast<uv_handle_t*>(timer), nullptr);
      },
      1, 0);
  const auto spin = [](const bool& fired) -> Task<> {
    while (!fired) static_cast<void>(co_await yield());
  };
  run(spin(fired));
  EXPECT_TRUE(fired);
}

class Note final : public Deferred {
 public:
  explicit Note(std::vector<int>& order) : order_(order) {}

 private:
  void on_deferred() noexcept override { order_.push_back(9); }

  std::vector<int>& order_;
};

TEST_F(LoopTurnTest, WhatIsDeferredComesOnceAfterAllWhoAreReady) {
  std::vector<int> order;
  Note note(order);
  const auto count = [](Loop& loop, Note& note, std::vector<int>& order) -> Task<> {
    for (int i = 0; i < 3; ++i) {
      loop.defer(note);
      order.push_back(i);
      static_cast<void>(co_await yield());
    }
  };
  run(count(loop, note, order));
  EXPECT_THAT(order, testing::ElementsAre(0, 1, 2, 9));
}

TEST_F(LoopTurnTest, WhatEndsBeforeItsTimeIsNotDeferred) {
  std::vector<int> order;
  const auto flow = [](Loop& loop, std::vector<int>& order) -> Task<> {
    {
      Note note(order);
      loop.defer(note);
    }
    co_return;
  };
  run(flow(loop, order));
  EXPECT_THAT(order, testing::IsEmpty());
}

TEST(LoopDeathTest, AHandleThatOutlivesTheLoopIsABug) {
  const auto leave_open = [] {
    const auto loop = std::move(*Loop::create());
    auto* timer = new uv_timer_t;
    uv_timer_init(loop->raw(), timer);
  };
  EXPECT_DEATH(leave_open(), "handle is open");
}

}  // namespace
}  // namespace dataaction
