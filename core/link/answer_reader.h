// Reads the sidecar's answer (docs/protocol.md) where it arrived: runs of whole records are handed
// out as pieces of the receive buffer itself.
//
// The caller owns the buffer and receives into it; the reader is shown what has come and not been
// consumed, [pos, last), and moves `pos`. It may move bytes within that range, never outside.
// Between two calls the caller may move the range as a whole. A record is handed out only when its
// LF has come.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/link/frame.h"
#include "core/stream/record_shaper.h"

namespace dataaction {

class AnswerReader {
 public:
  enum class Event : uint8_t {
    kNeedMore,   // receive more behind `last`; a full buffer must grow
    kHead,       // head() is there
    kRun,        // `run` holds whole records, not separated
    kEnd,        // end() is there, valid while the buffer is; `pos` is behind the answer
    kError,      // error() is there; likewise
    kMalformed,  // malformed() says what; the connection is of no more use
  };

  // A record of more than `max_record_size` bytes is malformed.
  explicit AnswerReader(size_t max_record_size) : max_record_size_(max_record_size) {}

  Event next(char*& pos, char* last, RecordRun& run);

  const frame::Head& head() const { return head_; }
  bool has_head() const { return has_head_; }
  const frame::End& end() const { return end_; }
  const frame::Error& error() const { return error_; }
  const std::string& malformed() const { return malformed_; }

  // Resumes after the last record of the runs handed out, once the frame is through.
  const std::string& cursor() const { return cursor_; }
  // Whether all of the last DATA frame has been handed out, so that cursor() is exact.
  bool between_frames() const { return frame_left_ == 0 && partial_ == 0; }

 private:
  // Each returns nothing where reading can go on at once.
  std::optional<Event> read_records(char*& pos, char* last, RecordRun& run);
  std::optional<Event> read_header(char*& pos, char* last);
  std::optional<Event> read_data_prefix(char*& pos, char* last, uint32_t length);
  Event read_control(char*& pos, char* last, frame::Header header);
  Event refuse(std::string what);

  size_t max_record_size_;
  bool has_head_ = false;
  size_t partial_ = 0;     // bytes at `pos` of a record whose LF has not come
  size_t frame_left_ = 0;  // bytes of records of the open DATA frame, behind the partial record
  frame::Head head_;
  frame::End end_;
  frame::Error error_;
  std::string cursor_;
  std::string malformed_;
};

}  // namespace dataaction
