#include "sidecar/platform/pace.h"

namespace dataaction {

Task<Result<void>> Pace::turn() {
  const Result<Semaphore::Permit> first = co_await line_.acquire();
  if (!first) co_return std::unexpected(first.error());
  while (const auto due = bucket_.take(clock_.now().time_since_epoch())) {
    const Result<void> slept = co_await SleepUntil(clock_, Clock::TimePoint(*due));
    if (!slept) co_return slept;
  }
  co_return Result<void>();
}

}  // namespace dataaction
