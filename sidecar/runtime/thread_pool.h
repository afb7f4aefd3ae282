// Blocking work, away from the loop: `Result<Row> row = co_await pool.run([&] { return step(); });`
//
// The function runs on one of the pool's threads; the coroutine goes on, on the loop's thread, when
// it has returned. A function that returns Result<T> gives Result<T>, any other T gives Result<T>.
// It captures by reference: what it refers to in the coroutine's frame stays valid until then,
// cancelled or not. (Captures that own something do not compile: g++ 12 destroys them twice in a
// co_await.) It must not touch the runtime (loop, scopes, streams), and an exception from it ends
// the process.
//
// Cancellation: a job that has not begun never does, and fails with the reason. One that has begun
// runs to its end, and gives what it returns: whoever started a commit must know how it went. It
// can be asked to hurry by the second argument of run(), [&] { sqlite3_interrupt(db); } for one. It
// is called on the loop's thread, once, while the function runs or just after it has returned.
//
// Jobs begin in the order in which they were given, but an urgent one before all that are not: for
// what ends others' waits, or frees what they hold.
//
// A full queue fails with kOverloaded. The pool lives on the loop's thread, and outlives its jobs;
// it keeps the loop alive while there are any. Its destructor joins the threads.

#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "sidecar/runtime/operation.h"

namespace dataaction {

struct InJobQueue;

// What the pool sees of a job.
class PoolJob : public ListNode<InJobQueue> {
 public:
  enum class Order : uint8_t { kInTurn, kUrgent };

  virtual void execute() noexcept = 0;   // on a thread of the pool
  virtual void executed() noexcept = 0;  // then, on the loop's thread

 protected:
  explicit PoolJob(Order order) noexcept : order_(order) {}
  ~PoolJob() = default;

 private:
  friend class ThreadPool;
  enum class State : uint8_t { kQueued, kRunning, kExecuted };
  const Order order_;
  State state_ = State::kQueued;  // guarded by the pool's mutex
};

template <typename R>
struct PoolResult {
  using Type = R;
};
template <typename R>
struct PoolResult<Result<R>> {
  using Type = R;
};

struct NoInterrupt {
  void operator()() const noexcept {}
};

class ThreadPool {
 public:
  template <typename Function, typename Interrupt>
  class Run;

  // `name` is what ps and gdb show; 15 characters count.
  static Result<std::unique_ptr<ThreadPool>> create(Loop& loop, const std::string& name,
                                                    size_t threads, size_t max_queued) noexcept;
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  ~ThreadPool();

  template <std::invocable Function, std::invocable Interrupt = NoInterrupt>
    requires(std::is_trivially_destructible_v<Function> &&
             std::is_trivially_destructible_v<Interrupt>)
  Run<Function, Interrupt> run(Function function, Interrupt interrupt = {},
                               PoolJob::Order order = PoolJob::Order::kInTurn) {
    return {*this, function, interrupt, order};
  }

  size_t jobs() const { return jobs_; }  // queued or running

 private:
  class Threads;

  explicit ThreadPool(Loop& loop) noexcept;

  bool submit(PoolJob& job) noexcept;
  // True: it was queued, and will not run.
  bool withdraw(PoolJob& job) noexcept;
  void job_over() noexcept;
  static void on_executed(uv_async_t* handle) noexcept;

  Loop& loop_;
  std::unique_ptr<Threads> threads_;
  size_t jobs_ = 0;
};

template <typename Function, typename Interrupt>
class ThreadPool::Run final
    : public Operation<typename PoolResult<std::invoke_result_t<Function&>>::Type>,
      private PoolJob {
  using Returned = std::invoke_result_t<Function&>;
  using Value = typename PoolResult<Returned>::Type;

 public:
  Run(ThreadPool& pool, Function function, Interrupt interrupt, Order order)
      : PoolJob(order), pool_(pool), function_(function), interrupt_(interrupt) {}

 private:
  friend class ThreadPool;

  void start() noexcept override {
    if (!pool_.submit(*this)) {
      this->finish(std::unexpected(Error(ErrorCode::kOverloaded, "thread pool")));
    }
  }

  void execute() noexcept override {
    if constexpr (std::is_void_v<Returned>) {
      function_();
      returned_.emplace();
    } else {
      returned_.emplace(function_());
    }
  }

  void executed() noexcept override { this->finish(std::move(*returned_)); }

  void on_cancel(CancelReason reason) noexcept override {
    if (pool_.withdraw(*this)) {
      this->finish(std::unexpected(Error(reason)));
    } else {
      interrupt_();
    }
  }

  ThreadPool& pool_;
  Function function_;
  Interrupt interrupt_;
  std::optional<Result<Value>> returned_;
};

}  // namespace dataaction
