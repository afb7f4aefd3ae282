#include "sidecar/link/slice_pipe.h"

#include <utility>

#include "sidecar/runtime/timer.h"

namespace dataaction {

Task<> SlicePipe::produce(Clock& clock, std::unique_ptr<SourceStream> stream) {
  CancelScope life(co_await current_scope());
  std::optional<CancelAt> end;
  if (const auto limit = stream->max_lifetime()) {
    end.emplace(clock, clock.now() + *limit, life, CancelReason::kCancelled);
  }
  co_await fill(*stream).in(life);
  co_await stream->stop();
  if (stream->held_elsewhere()) left_ = std::move(stream);
}

Task<> SlicePipe::fill(SourceStream& stream) {
  for (size_t writing = 0;; writing ^= 1) {
    Slot& slot = slots_[writing];
    while (slot.full) {
      changed_.reset();
      if (const Result<void> changed = co_await changed_.wait(); !changed) {
        failure_ = failure_of(changed.error());
        changed_.set();
        co_return;
      }
    }
    slot.slice.clear();
    slot.then = co_await stream.fetch(slot.slice);
    slot.full = true;
    changed_.set();
    if (slot.then != Progress::kMore) co_return;
  }
}

Task<Result<SlicePipe::Piece>> SlicePipe::next() {
  if (std::exchange(lent_, false)) {
    slots_[reading_].full = false;
    reading_ ^= 1;
    changed_.set();
  }
  Slot& slot = slots_[reading_];
  while (!slot.full && !failure_) {
    changed_.reset();
    if (const Result<void> changed = co_await changed_.wait(); !changed) {
      co_return std::unexpected(changed.error());
    }
  }
  if (slot.full) {
    lent_ = true;
    co_return Piece{&slot.slice, std::move(slot.then)};
  }
  slot.slice.clear();
  co_return Piece{&slot.slice, std::unexpected(std::move(*failure_))};
}

}  // namespace dataaction
