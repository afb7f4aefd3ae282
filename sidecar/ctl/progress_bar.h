// How far a command has come, on a terminal's stderr: nothing is shown where nobody watches.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sidecar/runtime/clock.h"

namespace dataaction {

struct Progressed {
  uint64_t records = 0;
  uint64_t bytes = 0;
  std::optional<uint64_t> total;  // records, as far as that is known; never less than `records`
  std::chrono::milliseconds time{0};
};

// `[=====     ] 50% 1200 of 2400 records, 600/s, 2 s left`, at most `width` columns.
std::string progress_line(const Progressed& done, size_t width);

// `2400 records, 1.2 MB in 4.0 s, 600 records/s`
std::string summary(const Progressed& done);

class ProgressBar {
 public:
  // `hidden`: even on a terminal, because the records themselves go to it. The clock outlives it.
  ProgressBar(Clock& clock, bool hidden);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar() { clear(); }

  // Draws, a few times a second.
  void update(uint64_t records, uint64_t bytes, std::optional<uint64_t> total);
  // Takes the line away: something else is to be written.
  void clear();

  const Progressed& done() const { return done_; }

 private:
  Clock& clock_;
  const bool shown_;
  const Clock::TimePoint begin_;
  Clock::TimePoint next_;
  bool drawn_ = false;
  Progressed done_;
};

}  // namespace dataaction
