// Feeds an answer to an AnswerReader as ngx_module/stream_buffer.h does: received in pieces behind
// what is held, what is held moved to the front of the buffer between calls.

#pragma once

#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/link/answer_reader.h"

namespace dataaction {

struct Answer {
  bool head = false;
  std::string records;
  std::vector<std::string> cursors;  // cursor() whenever it was exact, each once
  bool end = false;
  bool error = false;
  std::string malformed;

  bool operator==(const Answer&) const = default;
};

class AnswerDriver {
 public:
  // The buffer has room for `size` bytes and one before them.
  AnswerDriver(size_t max_record_size, size_t size)
      : memory_(std::make_unique<char[]>(size + 1)),
        size_(size),
        pos_(memory_.get() + 1),
        last_(pos_),
        reader_(max_record_size) {}

  // False once the answer has ended, well or not.
  bool feed(std::string_view piece) {
    compact();
    if (piece.size() > size_ - static_cast<size_t>(last_ - pos_)) std::abort();
    memcpy(last_, piece.data(), piece.size());
    last_ += piece.size();
    return drain();
  }

  const Answer& answer() const { return answer_; }
  const AnswerReader& reader() const { return reader_; }
  size_t held() const { return static_cast<size_t>(last_ - pos_); }

 private:
  void compact() {
    char* const begin = memory_.get() + 1;
    const size_t size = held();
    memmove(begin, pos_, size);
    pos_ = begin;
    last_ = begin + size;
    // Nobody may look behind what has come.
    memset(last_, '\n', size_ - size);
  }

  bool drain() {
    for (;;) {
      RecordRun run;
      switch (reader_.next(pos_, last_, run)) {
        case AnswerReader::Event::kNeedMore:
          note_cursor();
          return true;
        case AnswerReader::Event::kHead:
          answer_.head = true;
          break;
        case AnswerReader::Event::kRun:
          take(run);
          break;
        case AnswerReader::Event::kEnd:
          answer_.end = true;
          return false;
        case AnswerReader::Event::kError:
          answer_.error = true;
          return false;
        case AnswerReader::Event::kMalformed:
          answer_.malformed = reader_.malformed();
          return false;
      }
    }
  }

  // The caller of a reader may write to a run and to the byte before it: what comes later must not
  // depend on either.
  void take(RecordRun& run) {
    answer_.records.append(run.begin, run.end);
    memset(run.begin - 1, '\xEE', run.size() + 1);
    note_cursor();
  }

  void note_cursor() {
    if (!reader_.between_frames() || reader_.cursor().empty()) return;
    if (answer_.cursors.empty() || answer_.cursors.back() != reader_.cursor()) {
      answer_.cursors.push_back(reader_.cursor());
    }
  }

  std::unique_ptr<char[]> memory_;
  size_t size_;
  char* pos_;
  char* last_;
  AnswerReader reader_;
  Answer answer_;
};

// The answer that comes in these pieces, one after the other.
inline Answer read_answer(std::span<const std::string_view> pieces, size_t max_record_size) {
  size_t size = 0;
  for (const std::string_view piece : pieces) size += piece.size();
  AnswerDriver driver(max_record_size, size);
  for (const std::string_view piece : pieces) {
    if (!driver.feed(piece)) break;
  }
  return driver.answer();
}

inline Answer read_answer(std::string_view bytes, size_t max_record_size) {
  return read_answer(std::span(&bytes, 1), max_record_size);
}

}  // namespace dataaction
