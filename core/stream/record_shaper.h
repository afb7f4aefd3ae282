// Turns runs of records into the body of an answer, in place.
//
// Every source hands out its records in one form: compact JSON, one separator byte after each
// record. The shaper overwrites separators with what the format wants, adds the brackets, and hands
// back slices of the same memory, so that a record is never copied between its source and the
// socket. It keeps the state that lets the body be closed validly after any record.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/stream/ending.h"

namespace dataaction {

enum class Format : uint8_t { kArray, kBatches, kNdjson, kEnvelope };

// Whole records in memory that the shaper may write to: [begin, end), each record followed by one
// byte. The byte before `begin` may be overwritten too. If `separated` is true the source has
// already written RecordShaper::separator() after each of its `records` records and kept to
// RecordShaper::run_limit(); otherwise the byte is an LF and `records` is not known.
struct RecordRun {
  char* begin = nullptr;
  char* end = nullptr;
  uint64_t records = 0;
  bool separated = false;

  size_t size() const { return static_cast<size_t>(end - begin); }
};

class RecordShaper {
 public:
  static constexpr uint64_t kNoLimit = UINT64_MAX;

  // `limit`: at most so many records. `max_size`: at most so many bytes of body, the tail included,
  // with cursors of at most `max_cursor` bytes in it; 0: any number. `batch_size` (at least 1)
  // shapes `batches`.
  RecordShaper(Format format, uint64_t batch_size, uint64_t limit, uint64_t max_size,
               size_t max_cursor);

  // The body's first bytes. Static memory.
  std::string_view prefix() const;

  // What a source that separates its records itself must write after each.
  char separator() const { return format_ == Format::kNdjson ? '\n' : ','; }
  // How many records the next separated run may hold, and how many bytes; 0: `stopped()` says why.
  uint64_t run_limit() const;
  uint64_t byte_limit() const;

  // Shapes records from the front of `run` and advances run.begin behind them. Writes to `slices`
  // and returns how many it wrote: 0 if the run is empty, or `stopped()`. Slices point into the run
  // or into static memory. Call again while the run is not empty and `stopped()` is kNone.
  size_t shape(RecordRun& run, std::span<std::string_view> slices);

  // kLimit or kSize once the next record must not be written; kNone before.
  EndReason stopped() const { return stopped_; }
  // Called when a separated source had not even room for one record within byte_limit().
  void stop_for_size() { stopped_ = EndReason::kSize; }

  // The body's last bytes.
  std::string tail(const Ending& ending) const;

  uint64_t records() const { return records_; }
  // Bytes of body, the prefix included, the tail not.
  uint64_t bytes() const { return bytes_; }

 private:
  size_t shape_lines(RecordRun& run, std::span<std::string_view> slices);
  size_t emit(char* first, char* last, std::span<std::string_view> slices);
  uint64_t batch_room() const;
  bool has_room(uint64_t bytes) const { return bytes <= max_size_ && bytes_ <= max_size_ - bytes; }
  void count(uint64_t records);

  Format format_;
  uint64_t batch_size_;
  uint64_t limit_;
  uint64_t max_size_;  // less what the tail may need
  uint64_t records_ = 0;
  uint64_t in_batch_ = 0;  // records in the open batch
  uint64_t bytes_ = 0;
  EndReason stopped_ = EndReason::kNone;
};

}  // namespace dataaction
