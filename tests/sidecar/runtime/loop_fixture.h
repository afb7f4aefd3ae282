// The base of the runtime's tests: a loop, a clock that only the test moves, and a check at the end
// of each test that no handle is open and no task is left.

#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "sidecar/runtime/loop.h"
#include "sidecar/runtime/task.h"
#include "sidecar/runtime/task_group.h"
#include "tests/sidecar/runtime/manual_clock.h"

namespace dataaction {

class LoopTest : public ::testing::Test {
 protected:
  LoopTest() : loop_owner_(std::move(*Loop::create())), loop(*loop_owner_), scope(loop) {}

  void TearDown() override { EXPECT_THAT(loop.close(), ::testing::IsEmpty()); }

  // Runs the tasks, all at a time, until nothing is left to happen.
  template <typename... Tasks>
  void run_all(Tasks... tasks) {
    TaskGroup group(scope, sizeof...(tasks));
    const bool spawned = (group.spawn(std::move(tasks)) && ...);
    EXPECT_TRUE(spawned);
    loop.run();
    EXPECT_EQ(group.size(), 0U) << "a task waits for what will never happen";
    group.cancel(CancelReason::kCancelled);
    loop.run();
  }

  template <typename T>
  T run(Task<T> task) {
    std::optional<T> result;
    run_all(store(std::move(task), result));
    if (!result) {
      ADD_FAILURE() << "no result";
      std::abort();
    }
    return std::move(*result);
  }

  void run(Task<> task) { run_all(std::move(task)); }

 private:
  template <typename T>
  static Task<> store(Task<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
  }

  std::unique_ptr<Loop> loop_owner_;

 protected:
  Loop& loop;
  CancelScope scope;
  ManualClock clock;
};

// Two connected stream sockets, for UnixStream::adopt() and for plain system calls.
inline std::array<int, 2> socket_pair() {
  std::array<int, 2> fds{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) != 0) std::abort();
  return fds;
}

// Counts how often it dies: one instance, moved about, counts once.
class DeathCounter {
 public:
  explicit DeathCounter(int& deaths) : deaths_(&deaths) {}
  DeathCounter(DeathCounter&& other) noexcept : deaths_(std::exchange(other.deaths_, nullptr)) {}
  ~DeathCounter() {
    if (deaths_ != nullptr) ++*deaths_;
  }

 private:
  int* deaths_;
};

template <typename T>
std::optional<ErrorCode> code_of(const Result<T>& result) {
  if (result) return std::nullopt;
  return result.error().code();
}

}  // namespace dataaction
