#include "core/link/answer_reader.h"

#include <algorithm>
#include <cstring>

namespace dataaction {
namespace {

using frame::Type;

std::string_view view(const char* begin, const char* end) {
  return {begin, static_cast<size_t>(end - begin)};
}

// The last LF in [begin, lf] before which no record is longer than `max`; nullptr if the first one
// is. `lf` is an LF. What fits as a whole is not searched, so this costs nothing where buffers are
// smaller than records may be.
char* last_good_lf(char* begin, char* lf, size_t max) {
  char* good = nullptr;
  while (static_cast<size_t>(lf - begin) > max) {
    auto* const next = static_cast<char*>(memchr(begin, '\n', max + 1));
    if (next == nullptr) return good;
    good = next;
    begin = next + 1;
  }
  return lf;
}

}  // namespace

AnswerReader::Event AnswerReader::next(char*& pos, char* last, RecordRun& run) {
  for (;;) {
    if (partial_ > max_record_size_) return refuse("record longer than max_record_size");
    const auto event = frame_left_ > 0 ? read_records(pos, last, run) : read_header(pos, last);
    if (event) return *event;
  }
}

std::optional<AnswerReader::Event> AnswerReader::read_records(char*& pos, char* last,
                                                              RecordRun& run) {
  char* const fresh = pos + partial_;
  if (fresh == last) return Event::kNeedMore;
  const size_t available = std::min(frame_left_, static_cast<size_t>(last - fresh));
  frame_left_ -= available;
  auto* lf = static_cast<char*>(memrchr(fresh, '\n', available));
  if (lf != nullptr) lf = last_good_lf(pos, lf, max_record_size_);
  if (lf == nullptr) {
    partial_ += available;
    return std::nullopt;  // the rest of the record may be in the next frame, which may be here
  }
  run = RecordRun{pos, lf + 1, 0, false};
  pos = lf + 1;
  partial_ = static_cast<size_t>(fresh + available - pos);
  return Event::kRun;
}

std::optional<AnswerReader::Event> AnswerReader::read_header(char*& pos, char* last) {
  char* const at = pos + partial_;
  if (static_cast<size_t>(last - at) < frame::kHeaderSize) return Event::kNeedMore;
  const auto header = frame::decode_header(view(at, last));
  if (!header) return refuse(header.error());
  if (header->type == Type::kData) return read_data_prefix(pos, last, header->length);
  return read_control(pos, last, *header);
}

std::optional<AnswerReader::Event> AnswerReader::read_data_prefix(char*& pos, char* last,
                                                                  uint32_t length) {
  if (!has_head_) return refuse("DATA before HEAD");
  const char* const payload = pos + partial_ + frame::kHeaderSize;
  if (last - payload < 2) return length < 2 ? refuse("short DATA") : Event::kNeedMore;
  const size_t cursor_size = static_cast<size_t>(static_cast<uint8_t>(payload[0])) |
                             static_cast<size_t>(static_cast<uint8_t>(payload[1])) << 8;
  if (length < 2 || cursor_size > length - 2) return refuse("short DATA");
  if (cursor_size > frame::kMaxCursor) return refuse("cursor too long in DATA");
  const size_t prefix = 2 + cursor_size;
  if (static_cast<size_t>(last - payload) < prefix) return Event::kNeedMore;
  cursor_.assign(payload + 2, cursor_size);

  // The beginning of a record moves up to its continuation, over the header between them.
  const size_t skip = frame::kHeaderSize + prefix;
  if (partial_ > 0) memmove(pos + skip, pos, partial_);
  pos += skip;
  frame_left_ = length - prefix;
  return std::nullopt;
}

AnswerReader::Event AnswerReader::read_control(char*& pos, char* last, frame::Header header) {
  const char* const payload = pos + partial_ + frame::kHeaderSize;
  if (static_cast<size_t>(last - payload) < header.length) return Event::kNeedMore;
  const std::string_view bytes(payload, header.length);
  char* const behind = pos + partial_ + frame::kHeaderSize + header.length;

  if (header.type == Type::kError) {
    auto error = frame::decode_error(bytes);
    if (!error) return refuse(error.error());
    error_ = std::move(*error);
    pos = behind;
    return Event::kError;
  }
  if (partial_ > 0) return refuse("a record without its LF before the end");
  if (header.type == Type::kHead) {
    if (has_head_) return refuse("HEAD twice");
    const auto head = frame::decode_head(bytes);
    if (!head) return refuse(head.error());
    head_ = *head;
    has_head_ = true;
    pos = behind;
    return Event::kHead;
  }
  if (header.type == Type::kEnd) {
    if (!has_head_) return refuse("END before HEAD");
    const auto end = frame::decode_end(bytes);
    if (!end) return refuse(end.error());
    end_ = *end;
    pos = behind;
    return Event::kEnd;
  }
  return refuse("REQUEST from the sidecar");
}

AnswerReader::Event AnswerReader::refuse(std::string what) {
  malformed_ = std::move(what);
  return Event::kMalformed;
}

}  // namespace dataaction
