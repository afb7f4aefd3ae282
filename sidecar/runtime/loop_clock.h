// The Clock of a libuv loop: libuv's monotonic milliseconds, as of the loop's current iteration.
// All alarms share one uv_timer_t. Outlived by its loop.

#pragma once

#include "sidecar/runtime/clock.h"
#include "sidecar/runtime/handle.h"
#include "sidecar/runtime/loop.h"

namespace dataaction {

class LoopClock final : public Clock {
 public:
  explicit LoopClock(Loop& loop) noexcept;

  TimePoint now() const noexcept override;

 private:
  void wake_at(std::optional<TimePoint> earliest) noexcept override;
  static void on_timer(uv_timer_t* timer) noexcept;

  Loop& loop_;
  HandlePtr<uv_timer_t> timer_;
};

}  // namespace dataaction
