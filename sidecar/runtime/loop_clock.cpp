#include "sidecar/runtime/loop_clock.h"

#include <algorithm>

namespace dataaction {

LoopClock::LoopClock(Loop& loop) noexcept : loop_(loop) {
  auto timer = std::make_unique<uv_timer_t>();
  uv_timer_init(loop.raw(), timer.get());
  timer->data = this;
  timer_.reset(timer.release());
}

Clock::TimePoint LoopClock::now() const noexcept {
  return TimePoint(Duration(static_cast<Duration::rep>(uv_now(loop_.raw()))));
}

void LoopClock::wake_at(std::optional<TimePoint> earliest) noexcept {
  if (!earliest) {
    uv_timer_stop(timer_.get());
    return;
  }
  const Duration left = std::max(*earliest - now(), Duration::zero());
  uv_timer_start(timer_.get(), on_timer, static_cast<uint64_t>(left.count()), 0);
}

void LoopClock::on_timer(uv_timer_t* timer) noexcept {
  auto* self = static_cast<LoopClock*>(timer->data);
  Loop::Turn turn(self->loop_);
  self->fire_due();
}

}  // namespace dataaction
