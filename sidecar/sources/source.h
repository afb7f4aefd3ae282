// What the sidecar can stream: one file per kind behind this interface.
//
// A Source is made from the configuration and belongs to a Catalog. open() starts one stream for
// one request; the stream refers to its source, which outlives it (whoever streams holds the
// Catalog). A stream gives its records a slice at a time. It is used by one coroutine, in the scope
// of its request: a cancellation ends a fetch() early, with what is in the slice still good.

#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/stream/ending.h"
#include "core/webhook/error_reply.h"
#include "sidecar/runtime/clock.h"
#include "sidecar/runtime/error.h"
#include "sidecar/runtime/task.h"

namespace dataaction {

// Whole records of compact JSON, one LF after each.
struct Slice {
  // A slice is full beyond this, so it is this long and a record.
  static constexpr size_t kSize = 64 << 10;

  std::string bytes;
  uint64_t records = 0;
  // Goes on after the last record; empty: the source cannot.
  std::string cursor;

  bool full() const { return bytes.size() >= kSize; }
  void clear();
};

// Views that are good until open() returns.
struct StreamRequest {
  std::string_view parameters;  // a JSON object
  std::string_view cursor;
  uint64_t limit = UINT64_MAX;
  std::string_view context_id;
};

// Why there are no more records: `reply` is for the client if it has had none yet, `reason` if it
// has; `detail` is for the log alone.
struct SourceFailure {
  EndReason reason = EndReason::kUpstream;
  ErrorReply reply;
  std::string detail;
};

// How a scope's cancellation, or another failure of the runtime, ends a stream.
SourceFailure failure_of(const Error& error);

enum class Progress : uint8_t {
  kMore,   // perhaps
  kAll,    // there were no more
  kLimit,  // there are more than were wanted
};

using Fetched = std::expected<Progress, SourceFailure>;

class SourceStream {
 public:
  virtual ~SourceStream() = default;

  // Appends records to `slice` (which is empty) until it is full, old enough to leave, or the last.
  // Not called again after anything but kMore.
  virtual Task<Fetched> fetch(Slice& slice) = 0;

  // There will be no more fetch(): ends what that has begun and nobody waits for. Called once,
  // before the scope that fetch() was called in ends.
  virtual Task<> stop();

  // Others hold something for it: it then stays until its answer has ended, and close() tells them
  // to let go. `complete`: nobody comes back for more, since all of the answer has left, or no
  // cursor of it has.
  virtual bool held_elsewhere() const { return false; }
  virtual Task<> close(bool complete);
  // For so long; no other cancellation reaches it.
  static constexpr std::chrono::seconds kCloseTime{5};

  // How many records it may give in all, where that can be known; for a person who waits.
  virtual std::optional<uint64_t> total() const { return std::nullopt; }

  // The stream may be held open no longer than this; its scope is then cancelled with kCancelled.
  virtual std::optional<Clock::Duration> max_lifetime() const { return std::nullopt; }
};

// Of one source, from the daemon's start on: kept over reloads.
struct SourceCounters {
  uint64_t requests = 0;
  uint64_t records = 0;
  uint64_t errors = 0;      // refused with an ERROR
  uint64_t duplicates = 0;  // records that a search left out because it had had them
  uint64_t forgotten = 0;   // ids beyond a search's dedup_window
  std::array<uint64_t, kEndReasonNames.size()> ends{};
};

class Source {
 public:
  explicit Source(std::shared_ptr<SourceCounters> counters) : counters_(std::move(counters)) {}
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  virtual std::expected<std::unique_ptr<SourceStream>, ErrorReply> open(
      const StreamRequest& request) = 0;

  SourceCounters& counters() { return *counters_; }
  const std::shared_ptr<SourceCounters>& shared_counters() const { return counters_; }

 private:
  std::shared_ptr<SourceCounters> counters_;
};

}  // namespace dataaction
