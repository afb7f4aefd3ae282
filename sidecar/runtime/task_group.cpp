#include "sidecar/runtime/task_group.h"

#include "sidecar/runtime/bug.h"
#include "sidecar/runtime/timer.h"

namespace dataaction {

// The coroutine at the bottom of a spawned task. Its frame destroys itself.
class TaskGroup::Root {
 public:
  class promise_type : public TaskPromiseBase {
   public:
    promise_type(TaskGroup& group, const Task<>&) { begin_in(group.scope_); }
    Root get_return_object() const { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const {}
    [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
  };
};

TaskGroup::TaskGroup(CancelScope& parent, size_t limit) noexcept
    : scope_(parent), limit_(limit), room_(limit > 0) {}

TaskGroup::~TaskGroup() {
  if (size_ > 0) bug("a TaskGroup ends before its tasks");
}

bool TaskGroup::spawn(Task<> task) {
  if (size_ >= limit_) return false;
  if (++size_ >= limit_) room_.reset();
  empty_.reset();
  run(*this, std::move(task));
  return true;
}

TaskGroup::Root TaskGroup::run(TaskGroup& group, Task<> task) {
  {
    static_cast<void>(co_await yield());
    Task<> owned = std::move(task);
    co_await std::move(owned);
  }
  group.on_end();
}

void TaskGroup::on_end() noexcept {
  --size_;
  room_.set();
  if (size_ == 0) empty_.set();
}

Task<> TaskGroup::drain() {
  CancelScope out_of_reach(scope_.loop());
  const auto wait = [](Event& empty) -> Task<> { static_cast<void>(co_await empty.wait()); };
  while (size_ > 0) co_await wait(empty_).in(out_of_reach);
}

Task<> TaskGroup::drain(Clock& clock, Clock::Duration grace) {
  const CancelAt end(clock, clock.now() + grace, scope_, CancelReason::kShutdown);
  co_await drain();
}

}  // namespace dataaction
