#include "sidecar/runtime/task.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "sidecar/runtime/operation.h"
#include "tests/sidecar/runtime/loop_fixture.h"

namespace dataaction {
namespace {

using TaskTest = LoopTest;

Task<int> answer() {
  co_return 42;
}

Task<int> answer_after_yield() {
  static_cast<void>(co_await yield());
  co_return 42;
}

TEST_F(TaskTest, GivesTheValueOfOneThatNeverWaits) {
  EXPECT_EQ(run(answer()), 42);
}

TEST_F(TaskTest, GivesTheValueOfOneThatWaits) {
  EXPECT_EQ(run(answer_after_yield()), 42);
}

TEST_F(TaskTest, GivesAValueThatOnlyMoves) {
  const auto make = []() -> Task<std::unique_ptr<std::string>> {
    static_cast<void>(co_await yield());
    co_return std::make_unique<std::string>("one owner");
  };
  EXPECT_EQ(*run(make()), "one owner");
}

TEST_F(TaskTest, GivesAnErrorAsAResult) {
  const auto fail = []() -> Task<Result<int>> {
    co_return std::unexpected(Error(ErrorCode::kClosed, "test"));
  };
  EXPECT_EQ(code_of(run(fail())), ErrorCode::kClosed);
}

Task<> count_run(int& runs, DeathCounter) {
  ++runs;
  co_return;
}

TEST_F(TaskTest, BeginsOnlyWhenItIsAwaited) {
  int runs = 0;
  int deaths = 0;
  {
    const Task<> dropped = count_run(runs, DeathCounter(deaths));
  }
  EXPECT_EQ(runs, 0);
  EXPECT_EQ(deaths, 1) << "the parameters are destroyed all the same";
}

TEST_F(TaskTest, MovesWithItsFrame) {
  int runs = 0;
  int deaths = 0;
  Task<> first = count_run(runs, DeathCounter(deaths));
  Task<> second = std::move(first);
  run(std::move(second));
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(deaths, 1);
}

class Note {
 public:
  Note(std::vector<std::string>& log, std::string name) : log_(log), name_(std::move(name)) {}
  Note(const Note&) = delete;
  ~Note() { log_.push_back(name_); }

 private:
  std::vector<std::string>& log_;
  std::string name_;
};

Task<> inner(std::vector<std::string>& log) {
  const Note note(log, "inner");
  static_cast<void>(co_await yield());
}

Task<> outer(std::vector<std::string>& log) {
  const Note first(log, "first");
  co_await inner(log);
  const Note second(log, "second");
  static_cast<void>(co_await yield());
}

TEST_F(TaskTest, DestroysLocalsAsAFunctionDoes) {
  std::vector<std::string> log;
  run(outer(log));
  EXPECT_THAT(log, testing::ElementsAre("inner", "second", "first"));
}

TEST_F(TaskTest, LoopsOverTasksThatNeverWaitWithoutGrowingTheStack) {
  const auto sum = []() -> Task<int64_t> {
    int64_t total = 0;
    for (int i = 0; i < 1'000'000; ++i) total += co_await answer();
    co_return total;
  };
  EXPECT_EQ(run(sum()), 42'000'000);
}

TEST_F(TaskTest, LoopsOverTasksThatWaitWithoutGrowingTheStack) {
  const auto sum = []() -> Task<int64_t> {
    int64_t total = 0;
    for (int i = 0; i < 100'000; ++i) total += co_await answer_after_yield();
    co_return total;
  };
  EXPECT_EQ(run(sum()), 4'200'000);
}

Task<int> nested(int depth) {
  if (depth == 0) co_return co_await answer_after_yield();
  co_return co_await nested(depth - 1) + 1;
}

TEST_F(TaskTest, ReturnsThroughManyLevels) {
  EXPECT_EQ(run(nested(500)), 542);
}

// g++ 12 destroys some temporaries of a co_await expression twice (see CONTRIBUTING.md).
TEST_F(TaskTest, DestroysATemporaryArgumentOnce) {
  int runs = 0;
  int deaths = 0;
  const auto call = [](int& runs, int& deaths) -> Task<> {
    co_await count_run(runs, DeathCounter(deaths));
  };
  run(call(runs, deaths));
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(deaths, 1);
}

TEST_F(TaskTest, InheritsTheScopeAndCanBeGivenAnother) {
  const auto scope_of = []() -> Task<CancelScope*> { co_return &co_await current_scope(); };
  const auto check = [&]() -> Task<> {
    CancelScope& own = co_await current_scope();
    EXPECT_EQ(co_await scope_of(), &own);
    CancelScope other(own);
    EXPECT_EQ(co_await scope_of().in(other), &other);
  };
  run(check());
}

using TaskDeathTest = LoopTest;

TEST_F(TaskDeathTest, AnExceptionIsABug) {
  const auto fail = []() -> Task<> {
    throw std::logic_error("broken invariant");
    co_return;
  };
  EXPECT_DEATH(run(fail()), "broken invariant");
}

TEST_F(TaskDeathTest, AwaitingTwiceIsABug) {
  const auto twice = []() -> Task<> {
    Task<int> task = answer();
    co_await std::move(task);
    co_await std::move(task);
  };
  EXPECT_DEATH(run(twice()), "awaited twice");
}

}  // namespace
}  // namespace dataaction
