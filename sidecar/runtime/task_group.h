// A nursery: owns tasks that nobody awaits one by one, such as one for each connection.
//
//     TaskGroup connections(scope, max_connections);
//     while ((co_await connections.room()).has_value()) {
//       auto stream = co_await listener.accept();
//       if (!stream || !connections.spawn(serve(std::move(*stream), services))) break;
//     }
//     co_await connections.drain();
//
// The group has a scope of its own inside `parent`. It outlives its tasks: drain() before it ends,
// on every path; a group that ends with tasks in it is a bug().

#pragma once

#include <cstddef>

#include "sidecar/runtime/clock.h"
#include "sidecar/runtime/event.h"
#include "sidecar/runtime/task.h"

namespace dataaction {

class TaskGroup {
 public:
  TaskGroup(CancelScope& parent, size_t limit) noexcept;
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  ~TaskGroup();

  // False if the group is full; the task is then dropped without having begun. It begins when the
  // caller has returned to the loop, in a cancelled group too, like any task: its first wait fails
  // then.
  [[nodiscard]] bool spawn(Task<> task);

  // Waits until there is room for one more.
  Event::Wait room() noexcept { return room_.wait(); }

  // Waits for the last task to end and have its frame destroyed. Cancelling the one who waits does
  // not end this wait: the tasks are still there. (If its scope is the group's parent, it ends the
  // tasks.)
  Task<> drain();

  // The same, but what is left after `grace` is cancelled with kShutdown.
  Task<> drain(Clock& clock, Clock::Duration grace);

  void cancel(CancelReason reason) noexcept { scope_.cancel(reason); }

  size_t size() const { return size_; }

 private:
  class Root;

  static Root run(TaskGroup& group, Task<> task);
  void on_end() noexcept;

  CancelScope scope_;
  size_t limit_;
  size_t size_ = 0;
  Event room_;
  Event empty_{true};
};

}  // namespace dataaction
