// Two slices between a source, which fills them, and a connection, which sends them: one is filled
// while the other is sent, and no more than these two are in memory.
//
// produce() runs in the scope of the work, the rest in the scope of the connection, so that a
// deadline ends the work and what is being sent goes on. The pipe outlives both.

#pragma once

#include <array>
#include <memory>
#include <optional>

#include "sidecar/runtime/event.h"
#include "sidecar/sources/source.h"

namespace dataaction {

class SlicePipe {
 public:
  // A slice, and what comes after it. The slice may be empty.
  struct Piece {
    Slice* slice;
    Fetched then;
  };

  // Fills slices until there is nothing more, and lets the stream go then, not when all is sent;
  // unless it is held elsewhere.
  Task<> produce(Clock& clock, std::unique_ptr<SourceStream> stream);

  // When produce() has ended: a stream that has to be closed, or nothing.
  std::unique_ptr<SourceStream> take_stream() { return std::move(left_); }

  // The next piece, in order; it is good until the next call, which gives its slice back. Not
  // called again after a piece whose `then` is not kMore.
  Task<Result<Piece>> next();

 private:
  struct Slot {
    Slice slice;
    Fetched then = Progress::kMore;
    bool full = false;
  };

  Task<> fill(SourceStream& stream);

  std::array<Slot, 2> slots_;
  std::optional<SourceFailure> failure_;  // with no slice
  std::unique_ptr<SourceStream> left_;
  size_t reading_ = 0;
  bool lent_ = false;  // slots_[reading_]
  Event changed_;
};

}  // namespace dataaction
