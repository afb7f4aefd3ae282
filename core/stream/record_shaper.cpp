#include "core/stream/record_shaper.h"

#include <algorithm>
#include <cstring>

#include "core/json/json_writer.h"

namespace dataaction {
namespace {

constexpr std::string_view kEnvelopePrefix = R"({"records":[)";
constexpr std::string_view kNextBatch = "],[";

// `],"count":N,"complete":false,"reason":"source_changed","next":"..."}` without the cursor.
constexpr size_t kEnvelopeTail = 100;

size_t tail_room(Format format, size_t max_cursor) {
  switch (format) {
    case Format::kArray:
      return 1;
    case Format::kBatches:
      return 2;
    case Format::kNdjson:
      return 0;
    case Format::kEnvelope:
      return kEnvelopeTail + max_cursor;
  }
  return 0;
}

}  // namespace

RecordShaper::RecordShaper(Format format, uint64_t batch_size, uint64_t limit, uint64_t max_size,
                           size_t max_cursor)
    : format_(format), batch_size_(batch_size), limit_(limit), max_size_(UINT64_MAX) {
  bytes_ = prefix().size();
  if (max_size != 0) {
    const uint64_t tail = tail_room(format, max_cursor);
    max_size_ = max_size > tail ? max_size - tail : 0;
  }
  if (limit_ == 0) stopped_ = EndReason::kLimit;
}

std::string_view RecordShaper::prefix() const {
  switch (format_) {
    case Format::kArray:
    case Format::kBatches:
      return "[";
    case Format::kNdjson:
      return {};
    case Format::kEnvelope:
      return kEnvelopePrefix;
  }
  return {};
}

uint64_t RecordShaper::batch_room() const {
  if (format_ != Format::kBatches) return kNoLimit;
  return in_batch_ == batch_size_ ? batch_size_ : batch_size_ - in_batch_;
}

uint64_t RecordShaper::run_limit() const {
  if (stopped_ != EndReason::kNone) return 0;
  return std::min(limit_ - records_, batch_room());
}

uint64_t RecordShaper::byte_limit() const {
  const uint64_t left = max_size_ - std::min(max_size_, bytes_);
  return left > kNextBatch.size() ? left - kNextBatch.size() : 0;
}

void RecordShaper::count(uint64_t records) {
  records_ += records;
  in_batch_ += records;
  if (records_ == limit_) stopped_ = EndReason::kLimit;
}

// Hands out the records [first, last), whose separators are right; `last` is behind the last
// separator.
size_t RecordShaper::emit(char* first, char* last, std::span<std::string_view> slices) {
  size_t used = 0;
  if (format_ == Format::kNdjson) {
    slices[used++] = {first, last};
  } else if (format_ == Format::kBatches && in_batch_ == 0) {
    first[-1] = '[';
    slices[used++] = {first - 1, last - 1};
  } else if (format_ == Format::kBatches && in_batch_ == batch_size_) {
    in_batch_ = 0;
    slices[used++] = kNextBatch;
    slices[used++] = {first, last - 1};
  } else if (records_ == 0) {
    slices[used++] = {first, last - 1};
  } else {
    first[-1] = ',';
    slices[used++] = {first - 1, last - 1};
  }
  for (size_t i = 0; i < used; ++i) bytes_ += slices[i].size();
  return used;
}

size_t RecordShaper::shape(RecordRun& run, std::span<std::string_view> slices) {
  if (run.begin == run.end || stopped_ != EndReason::kNone || slices.size() < 2) return 0;
  if (!run.separated) return shape_lines(run, slices);
  const size_t used = emit(run.begin, run.end, slices);
  run.begin = run.end;
  count(run.records);
  return used;
}

size_t RecordShaper::shape_lines(RecordRun& run, std::span<std::string_view> slices) {
  size_t used = 0;
  while (run.begin < run.end && stopped_ == EndReason::kNone && slices.size() - used >= 2) {
    const uint64_t want = std::min(limit_ - records_, batch_room());
    char* const first = run.begin;
    char* last = first;  // behind the last record taken
    uint64_t records = 0;
    while (records < want && last < run.end) {
      auto* const lf = static_cast<char*>(memchr(last, '\n', static_cast<size_t>(run.end - last)));
      if (!has_room(static_cast<uint64_t>(lf + kNextBatch.size() - first))) {
        stopped_ = EndReason::kSize;
        break;
      }
      *lf = separator();
      last = lf + 1;
      ++records;
    }
    if (records == 0) break;
    run.begin = last;
    used += emit(first, last, slices.subspan(used));
    count(records);
  }
  return used;
}

std::string RecordShaper::tail(const Ending& ending) const {
  switch (format_) {
    case Format::kArray:
      return "]";
    case Format::kBatches:
      return records_ == 0 ? "]" : "]]";
    case Format::kNdjson:
      return {};
    case Format::kEnvelope:
      break;
  }
  std::string out = R"(],"count":)";
  append_json_integer(out, records_);
  out += R"(,"complete":)";
  out += ending.complete() ? "true" : "false";
  out += R"(,"reason":)";
  if (ending.reason == EndReason::kNone) {
    out += "null";
  } else {
    append_json_string(out, name_of(ending.reason));
  }
  out += R"(,"next":)";
  if (ending.cursor.empty()) {
    out += "null";
  } else {
    append_json_string(out, ending.cursor);
  }
  out += '}';
  return out;
}

}  // namespace dataaction
