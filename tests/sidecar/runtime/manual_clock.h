// A clock that stands still until the test moves it.

#pragma once

#include "sidecar/runtime/clock.h"

namespace dataaction {

class ManualClock final : public Clock {
 public:
  TimePoint now() const noexcept override { return now_; }

  void advance(Duration duration) noexcept {
    now_ += duration;
    if (!earliest_ || *earliest_ > now_) return;
    earliest_.reset();
    fire_due();
  }

  // What the clock would wake up for.
  std::optional<TimePoint> earliest() const { return earliest_; }
  int wake_calls() const { return wake_calls_; }

 private:
  void wake_at(std::optional<TimePoint> earliest) noexcept override {
    earliest_ = earliest;
    ++wake_calls_;
  }

  TimePoint now_{Duration(1'000)};
  std::optional<TimePoint> earliest_;
  int wake_calls_ = 0;
};

}  // namespace dataaction
