#include "sidecar/runtime/clock.h"

#include "sidecar/runtime/bug.h"

namespace dataaction {

Clock::~Clock() {
  if (!alarms_.empty()) bug("a Clock ends before an alarm of its");
}

void Clock::fire_due() noexcept {
  const TimePoint until = now();
  while (!alarms_.empty() && alarms_.begin()->first <= until) {
    Alarm& alarm = *alarms_.begin()->second;
    alarms_.erase(alarms_.begin());
    alarm.place_.reset();
    alarm.on_alarm();
  }
  announced_.reset();  // what the derived class had set has gone off
  update();
}

void Clock::update() noexcept {
  std::optional<TimePoint> earliest;
  if (!alarms_.empty()) earliest = alarms_.begin()->first;
  if (earliest == announced_) return;
  announced_ = earliest;
  wake_at(earliest);
}

void Alarm::arm(Clock::TimePoint due) noexcept {
  if (place_) clock_.alarms_.erase(*place_);
  place_ = clock_.alarms_.emplace(due, this);
  clock_.update();
}

void Alarm::disarm() noexcept {
  if (!place_) return;
  clock_.alarms_.erase(*place_);
  place_.reset();
  clock_.update();
}

}  // namespace dataaction
