#include "sidecar/platform/pace.h"

namespace dataaction {

// A place first: turns that nobody could use at once would leave together later, faster than
// allowed.
Task<Result<Semaphore::Permit>> Pace::turn() {
  Result<Semaphore::Permit> place = co_await places_.acquire();
  if (!place) co_return place;
  const Result<Semaphore::Permit> first = co_await line_.acquire();
  if (!first) co_return std::unexpected(first.error());
  while (const auto due = bucket_.take(clock_.now().time_since_epoch())) {
    const Result<void> slept = co_await SleepUntil(clock_, Clock::TimePoint(*due));
    if (!slept) co_return std::unexpected(slept.error());
  }
  co_return place;
}

}  // namespace dataaction
