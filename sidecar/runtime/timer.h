// Waiting for time to pass, and not longer than that.

#pragma once

#include <concepts>

#include "sidecar/runtime/clock.h"
#include "sidecar/runtime/operation.h"

namespace dataaction {

// co_await SleepUntil(clock, due)
class SleepUntil final : public Operation<void>, private Alarm {
 public:
  SleepUntil(Clock& clock, Clock::TimePoint due) noexcept : Alarm(clock), due_(due) {}

 private:
  void start() noexcept override { arm(due_); }
  void on_alarm() noexcept override { finish({}); }
  void on_cancel(CancelReason reason) noexcept override {
    disarm();
    finish(std::unexpected(Error(reason)));
  }

  Clock::TimePoint due_;
};

// A duration of zero or less still lets everybody else have a turn.
inline SleepUntil sleep_for(Clock& clock, Clock::Duration duration) noexcept {
  return {clock, clock.now() + duration};
}

// Cancels a scope when the time has come, unless it is destroyed before.
class CancelAt final : private Alarm {
 public:
  CancelAt(Clock& clock, Clock::TimePoint due, CancelScope& scope,
           CancelReason reason = CancelReason::kDeadline) noexcept
      : Alarm(clock), scope_(scope), reason_(reason) {
    if (due <= clock.now()) {
      scope_.cancel(reason_);
    } else {
      arm(due);
    }
  }

 private:
  void on_alarm() noexcept override { scope_.cancel(reason_); }

  CancelScope& scope_;
  CancelReason reason_;
};

// Cancels a scope so long after another one was cancelled, unless it is destroyed before. Of a
// scope that is cancelled already the time begins now.
class CancelLater final : private Cancellable, private Alarm {
 public:
  CancelLater(CancelScope& first, Clock& clock, Clock::Duration grace, CancelScope& then) noexcept
      : Alarm(clock), clock_(clock), grace_(grace), then_(then) {
    if (const auto reason = first.reason()) {
      on_cancel(*reason);
    } else {
      first.add(*this);
    }
  }

 private:
  void on_cancel(CancelReason reason) noexcept override {
    reason_ = reason;
    arm(clock_.now() + grace_);
  }
  void on_alarm() noexcept override { then_.cancel(reason_); }

  Clock& clock_;
  const Clock::Duration grace_;
  CancelScope& then_;
  CancelReason reason_ = CancelReason::kCancelled;
};

template <typename T>
Task<T> with_deadline(Clock& clock, Clock::TimePoint due, Task<T> task) {
  CancelScope scope(co_await current_scope());
  const CancelAt deadline(clock, due, scope);
  co_return co_await std::move(task).in(scope);
}

// Runs `task` in a scope of its own that is cancelled with kDeadline when `limit` has passed. The
// result is the task's: one that ended well in spite of the deadline has ended well.
template <typename T>
Task<T> with_deadline(Clock& clock, Clock::Duration limit, Task<T> task) {
  return with_deadline(clock, clock.now() + limit, std::move(task));
}

// Runs `task` where no cancellation of the current scope reaches it, for `limit` at most: for the
// last words to a peer, or a step that must not be left half done.
template <typename T>
Task<T> shielded(Clock& clock, Clock::Duration limit, Task<T> task) {
  CancelScope& outer = co_await current_scope();
  CancelScope scope(outer.loop());
  const CancelAt deadline(clock, clock.now() + limit, scope);
  co_return co_await std::move(task).in(scope);
}

// Runs `task` where a cancellation of the current scope reaches it only `grace` later: for what
// must not be left half done, and takes as long as it takes while nobody is in a hurry.
template <typename T>
Task<T> with_grace(Clock& clock, Clock::Duration grace, Task<T> task) {
  CancelScope& outer = co_await current_scope();
  CancelScope scope(outer.loop());
  const CancelLater hurry(outer, clock, grace, scope);
  co_return co_await std::move(task).in(scope);
}

}  // namespace dataaction
