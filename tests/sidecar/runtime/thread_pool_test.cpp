#include "sidecar/runtime/thread_pool.h"

#include <pthread.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "sidecar/runtime/both.h"
#include "sidecar/runtime/timer.h"
#include "tests/sidecar/runtime/loop_fixture.h"

namespace dataaction {
namespace {

// Opened by one thread, waited for by another.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    opened_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    arrived_.notify_all();
    opened_.wait(lock, [this] { return open_; });
  }
  // Until someone stands before it.
  void wait_for_arrival() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return waiting_ > 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  std::condition_variable arrived_;
  bool open_ = false;
  int waiting_ = 0;
};

class ThreadPoolTest : public LoopTest {
 protected:
  explicit ThreadPoolTest(size_t threads = 1, size_t max_queued = 16)
      : pool(std::move(*ThreadPool::create(loop, "test-pool", threads, max_queued))) {}

  void TearDown() override {
    pool.reset();
    LoopTest::TearDown();
  }

  std::unique_ptr<ThreadPool> pool;
};

TEST_F(ThreadPoolTest, RunsElsewhereAndResumesHere) {
  const auto flow = [](ThreadPool& pool) -> Task<> {
    const auto here = std::this_thread::get_id();
    const auto there = co_await pool.run([] { return std::this_thread::get_id(); });
    EXPECT_NE(there, here);
    EXPECT_EQ(std::this_thread::get_id(), here);
  };
  run(flow(*pool));
}

TEST_F(ThreadPoolTest, GivesWhatTheFunctionReturns) {
  const auto flow = [](ThreadPool& pool) -> Task<> {
    const Result<void> nothing = co_await pool.run([] {});
    EXPECT_TRUE(nothing.has_value());
    const Result<std::unique_ptr<int>> moved =
        co_await pool.run([] { return std::make_unique<int>(7); });
    EXPECT_EQ(**moved, 7);
    const Result<int> failed = co_await pool.run(
        []() -> Result<int> { return std::unexpected(Error(ErrorCode::kClosed, "job")); });
    EXPECT_EQ(code_of(failed), ErrorCode::kClosed);
  };
  run(flow(*pool));
}

TEST_F(ThreadPoolTest, NamesItsThreads) {
  const auto flow = [](ThreadPool& pool) -> Task<> {
    const auto name = co_await pool.run([] {
      std::array<char, 16> name{};
      pthread_getname_np(pthread_self(), name.data(), name.size());
      return std::string(name.data());
    });
    EXPECT_EQ(*name, "test-pool");
  };
  run(flow(*pool));
}

TEST_F(ThreadPoolTest, WorksOnTheFrame) {
  const auto flow = [](ThreadPool& pool) -> Task<> {
    std::string text = "in the frame";
    EXPECT_TRUE(co_await pool.run([&text] { text += ", changed by the job"; }));
    EXPECT_EQ(text, "in the frame, changed by the job");
  };
  run(flow(*pool));
}

TEST_F(ThreadPoolTest, WhatIsUrgentGoesFirst) {
  Gate gate;
  std::string order;
  const auto flow = [](ThreadPool& pool, std::string& order, char name,
                       PoolJob::Order when) -> Task<> {
    const auto work = [&] { order += name; };
    EXPECT_TRUE(co_await pool.run(work, NoInterrupt(), when));
  };
  const auto first = [](ThreadPool& pool, Gate& gate) -> Task<> {
    EXPECT_TRUE(co_await pool.run([&gate] { gate.pass(); }));
  };
  const auto open = [](Gate& gate) -> Task<> {
    static_cast<void>(co_await yield());
    gate.open();
  };
  run_all(first(*pool, gate), flow(*pool, order, 'a', PoolJob::Order::kInTurn),
          flow(*pool, order, 'b', PoolJob::Order::kUrgent),
          flow(*pool, order, 'c', PoolJob::Order::kInTurn),
          flow(*pool, order, 'd', PoolJob::Order::kUrgent), open(gate));
  EXPECT_EQ(order, "bdac");
}

template <typename Function>
concept PoolTakes =
    requires(ThreadPool& pool, Function function) { pool.run(std::move(function)); };

TEST_F(ThreadPoolTest, DoesNotTakeCapturesThatOwnSomething) {
  std::string text;
  const auto refers = [&text] { text.clear(); };
  const auto owns = [text] { return text.size(); };
  static_assert(PoolTakes<decltype(refers)>);
  static_assert(!PoolTakes<decltype(owns)>);
  static_cast<void>(owns);
  static_cast<void>(refers);
}

TEST_F(ThreadPoolTest, ManyJobsOnManyThreads) {
  const auto many = std::move(*ThreadPool::create(loop, "many", 4, 1000));
  std::atomic<int> sum = 0;
  const auto job = [](ThreadPool& pool, std::atomic<int>& sum) -> Task<> {
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(co_await pool.run([&sum] { ++sum; }));
  };
  TaskGroup group(scope, 100);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(group.spawn(job(*many, sum)));
  loop.run();
  EXPECT_EQ(group.size(), 0U);
  EXPECT_EQ(sum, 2000);
  EXPECT_EQ(many->jobs(), 0U);
}

// One job holds the only thread while others wait behind it.
Task<> hold(ThreadPool& pool, Gate& gate) {
  EXPECT_TRUE(co_await pool.run([&gate] { gate.pass(); }));
}

TEST_F(ThreadPoolTest, RefusesWhatDoesNotFitInTheQueue) {
  const auto small = std::move(*ThreadPool::create(loop, "small", 1, 1));
  Gate gate;
  int runs = 0;
  const auto flow = [](ThreadPool& pool, Gate& gate, int& runs) -> Task<> {
    TaskGroup group(co_await current_scope(), 2);
    EXPECT_TRUE(group.spawn(hold(pool, gate)));
    static_cast<void>(co_await yield());
    gate.wait_for_arrival();
    const auto count = [](ThreadPool& pool, int& runs) -> Task<> {
      EXPECT_TRUE(co_await pool.run([&runs] { ++runs; }));
    };
    EXPECT_TRUE(group.spawn(count(pool, runs)));
    static_cast<void>(co_await yield());
    EXPECT_EQ(code_of(co_await pool.run([&runs] { ++runs; })), ErrorCode::kOverloaded);
    EXPECT_EQ(pool.jobs(), 2U);
    gate.open();
    co_await group.drain();
  };
  run(flow(*small, gate, runs));
  EXPECT_EQ(runs, 1);
}

TEST_F(ThreadPoolTest, AQueuedJobThatIsCancelledNeverRuns) {
  Gate gate;
  int runs = 0;
  int interrupts = 0;
  const auto flow = [](ThreadPool& pool, Gate& gate, int& runs, int& interrupts) -> Task<> {
    TaskGroup holder(co_await current_scope(), 1);
    TaskGroup lost(co_await current_scope(), 1);
    EXPECT_TRUE(holder.spawn(hold(pool, gate)));
    static_cast<void>(co_await yield());
    gate.wait_for_arrival();
    const auto count = [](ThreadPool& pool, int& runs, int& interrupts) -> Task<> {
      const auto result =
          co_await pool.run([&runs] { ++runs; }, [&interrupts]() noexcept { ++interrupts; });
      EXPECT_EQ(code_of(result), ErrorCode::kDeadline);
    };
    EXPECT_TRUE(lost.spawn(count(pool, runs, interrupts)));
    static_cast<void>(co_await yield());
    lost.cancel(CancelReason::kDeadline);
    co_await lost.drain();  // while the thread is still held
    EXPECT_EQ(pool.jobs(), 1U);
    gate.open();
    co_await holder.drain();
  };
  run(flow(*pool, gate, runs, interrupts));
  EXPECT_EQ(runs, 0);
  EXPECT_EQ(interrupts, 0);
}

TEST_F(ThreadPoolTest, AJobThatRunsIsInterruptedOnceAndRunsToItsEnd) {
  Gate gate;
  int interrupts = 0;
  const auto job = [](ThreadPool& pool, Gate& gate, int& interrupts) -> Task<> {
    std::string own = "frame";
    const auto interrupt = [&]() noexcept {
      ++interrupts;
      gate.open();
    };
    const auto result = co_await pool.run(
        [&] {
          gate.pass();
          own += " is still there";
          return own.size();
        },
        interrupt);
    EXPECT_EQ(result, own.size()) << "it ran, and says so";
    EXPECT_EQ(code_of(co_await pool.run([] {})), ErrorCode::kHangup);
  };
  const auto flow = [&]() -> Task<> {
    TaskGroup group(co_await current_scope(), 1);
    EXPECT_TRUE(group.spawn(job(*pool, gate, interrupts)));
    static_cast<void>(co_await yield());
    gate.wait_for_arrival();
    group.cancel(CancelReason::kHangup);
    group.cancel(CancelReason::kHangup);
    EXPECT_EQ(group.size(), 1U);
    co_await group.drain();
  };
  run(flow());
  EXPECT_EQ(interrupts, 1);
}

TEST_F(ThreadPoolTest, ADeadlineInterruptsAJob) {
  Gate gate;
  const auto job = [](ThreadPool& pool, Gate& gate) -> Task<Result<void>> {
    co_return co_await pool.run([&] { gate.pass(); }, [&]() noexcept { gate.open(); });
  };
  const auto time = [this, &gate]() -> Task<> {
    static_cast<void>(co_await yield());
    gate.wait_for_arrival();
    clock.advance(std::chrono::milliseconds(5));
  };
  const auto work = [&]() -> Task<> {
    EXPECT_TRUE(co_await with_deadline(clock, std::chrono::milliseconds(5), job(*pool, gate)));
  };
  run_all(work(), time());
}

TEST_F(ThreadPoolTest, AnIdlePoolDoesNotKeepTheLoopAlive) {
  loop.run();
}

TEST_F(ThreadPoolTest, CancellationAtAnyMoment) {
  const auto busy = std::move(*ThreadPool::create(loop, "busy", 2, 1000));
  std::atomic<int> runs = 0;
  int finished = 0;
  const auto job = [](ThreadPool& pool, std::atomic<int>& runs, int& finished) -> Task<> {
    std::array<int, 64> frame{};
    while (co_await pool.run([&] { frame[static_cast<size_t>(++runs) % frame.size()]++; })) {
    }
    ++finished;
  };
  for (int round = 0; round < 50; ++round) {
    TaskGroup group(scope, 8);
    const auto cancel_soon = [](TaskGroup& group, int after) -> Task<> {
      for (int i = 0; i < after; ++i) static_cast<void>(co_await yield());
      group.cancel(CancelReason::kCancelled);
    };
    for (int i = 0; i < 7; ++i) ASSERT_TRUE(group.spawn(job(*busy, runs, finished)));
    ASSERT_TRUE(group.spawn(cancel_soon(group, round * 20)));
    loop.run();
    ASSERT_EQ(group.size(), 0U);
  }
  EXPECT_EQ(finished, 350);
}

}  // namespace
}  // namespace dataaction
