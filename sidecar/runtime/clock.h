// Time, passed in: LoopClock in the daemon, a clock that the test moves in a test. Nothing else in
// the runtime knows what time it is.
//
// A Clock outlives its alarms. An Alarm belongs to whoever waits: disarmed by its destructor,
// nothing to close, so that a wait that is cancelled is over at once.

#pragma once

#include <chrono>
#include <map>
#include <optional>

namespace dataaction {

class Alarm;

class Clock {
 public:
  using Duration = std::chrono::milliseconds;
  using TimePoint = std::chrono::time_point<Clock, Duration>;

  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;

  virtual TimePoint now() const noexcept = 0;

 protected:
  Clock() = default;
  ~Clock();

  // The earliest alarm is now another one; nullopt: there is none. When its time has come, the
  // derived class calls fire_due().
  virtual void wake_at(std::optional<TimePoint> earliest) noexcept = 0;

  void fire_due() noexcept;

 private:
  friend class Alarm;
  using Alarms = std::multimap<TimePoint, Alarm*>;

  void update() noexcept;

  Alarms alarms_;
  std::optional<TimePoint> announced_;
};

class Alarm {
 public:
  explicit Alarm(Clock& clock) noexcept : clock_(clock) {}
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  // In the past: fires in the clock's next round. Armed again: only the new time counts.
  void arm(Clock::TimePoint due) noexcept;
  void disarm() noexcept;

 protected:
  ~Alarm() { disarm(); }

  // Once for each arm(). Must not run code of a flow (finish an operation, cancel a scope instead).
  virtual void on_alarm() noexcept = 0;

 private:
  friend class Clock;
  Clock& clock_;
  std::optional<Clock::Alarms::iterator> place_;
};

}  // namespace dataaction
