#include "ngx_module/ngx.h"

#include <algorithm>
#include <cstring>

#include "core/stream/cursor.h"
#include "ngx_module/delivery_conf.h"
#include "ngx_module/file_producer.h"
#include "ngx_module/main_conf.h"
#include "ngx_module/ngx_support.h"
#include "ngx_module/request_context.h"
#include "ngx_module/worker_sources.h"

namespace dataaction {
namespace {

ErrorReply unavailable() {
  return {502, 0, "dataaction.source.unavailable", "the source is not available"};
}

// Whether a line begins at `offset`, or the file ends there (its last line may have no LF).
bool may_begin_at(const DiskReader& disk, uint64_t offset) {
  return offset == 0 || offset == static_cast<uint64_t>(disk.info().st_size) ||
         disk.byte_at(static_cast<off_t>(offset - 1)) == '\n';
}

}  // namespace

std::expected<std::unique_ptr<Producer>, ErrorReply> FileProducer::open(ngx_http_request_t* r,
                                                                        const DeliveryConf& conf,
                                                                        const FileSource& source,
                                                                        uint64_t identity,
                                                                        std::string_view cursor) {
  auto disk = DiskReader::open(r, conf.source_path);
  if (!disk) return std::unexpected(unavailable());

  FileCursor start;
  if (!cursor.empty()) {
    const auto resume = decode_file_cursor(identity, cursor);
    const struct stat& info = disk->info();
    if (!resume || resume->device != info.st_dev || resume->inode != info.st_ino ||
        resume->size > static_cast<uint64_t>(info.st_size) || resume->offset > resume->size ||
        !may_begin_at(*disk, resume->offset)) {
      return std::unexpected(bad_cursor());
    }
    start = *resume;
  }
  StreamBuffer buffer(r->pool);
  if (!buffer.reserve(conf.buffer_size)) throw std::bad_alloc();
  return std::make_unique<FileProducer>(r, *disk, buffer, source.trusted,
                                        main_conf(r)->block->max_record_size, identity,
                                        start.offset, start.line);
}

FileProducer::FileProducer(ngx_http_request_t* r, DiskReader disk, StreamBuffer buffer,
                           bool trusted, size_t max_record_size, uint64_t identity, uint64_t offset,
                           uint64_t line)
    : r_(r),
      disk_(disk),
      buffer_(buffer),
      checker_(line, max_record_size),
      trusted_(trusted),
      max_record_size_(max_record_size),
      identity_(identity),
      first_line_(line),
      handed_out_(offset) {}

Pull FileProducer::pull(const Demand& demand, RecordRun& run) {
  if (finished_) return Pull::kEnd;
  if (!demand.buffer_free) return Pull::kDrain;
  buffer_.compact();
  for (;;) {
    const uint64_t read_to = handed_out_ + buffer_.held();
    if (read_to == static_cast<uint64_t>(disk_.info().st_size)) return last_line(run);
    if (buffer_.full()) {
      const size_t max = max_record_size_ + 1;
      if (!buffer_.grow(max)) {
        // Nobody counts the lines of a trusted file.
        log_trouble((trusted_ ? "the line at byte " + std::to_string(handed_out_)
                              : "line " + std::to_string(checker_.line())) +
                    " is longer than max_record_size");
        return stop(EndReason::kInvalidRecord);
      }
    }
    const char* const fresh = buffer_.last;
    if (const Pull got = read(); got != Pull::kRun) return got;
    const auto size = static_cast<size_t>(buffer_.last - fresh);
    auto* const lf = static_cast<char*>(memrchr(const_cast<char*>(fresh), '\n', size));
    if (lf != nullptr) return hand_out(lf + 1, run);
  }
}

// kRun: there are more bytes in the buffer.
Pull FileProducer::read() {
  const uint64_t offset = handed_out_ + buffer_.held();
  const uint64_t left = static_cast<uint64_t>(disk_.info().st_size) - offset;
  const size_t want = std::min<uint64_t>(buffer_.room(), left);
  const auto got = disk_.read(r_, buffer_.last, want, static_cast<off_t>(offset));
  switch (got.status) {
    case DiskReader::Status::kPending:
      return Pull::kAgain;
    case DiskReader::Status::kFailed:
      return stop(EndReason::kUpstream);
    case DiskReader::Status::kRead:
      break;
  }
  if (got.size == 0) {
    log_trouble("it became shorter while it was read");
    return stop(EndReason::kSourceChanged);
  }
  buffer_.last += got.size;
  return Pull::kRun;
}

// All has been read; what is held is a line without LF, or nothing.
Pull FileProducer::last_line(RecordRun& run) {
  finished_ = true;
  if (buffer_.held() == 0) return Pull::kEnd;
  // Somebody is writing this line: it was not there yet when the file was opened.
  if (disk_.current_size() > disk_.info().st_size) return Pull::kEnd;
  // An unfinished line is checked even in a trusted file: half a record would break the answer.
  trusted_ = false;
  if (buffer_.room() == 0 && !buffer_.grow(buffer_.size() + 1))
    return stop(EndReason::kInvalidRecord);
  *buffer_.last++ = '\n';
  return hand_out(buffer_.last, run);
}

Pull FileProducer::hand_out(char* end, RecordRun& run) {
  if (!trusted_) {
    const std::string_view lines(buffer_.pos, static_cast<size_t>(end - buffer_.pos));
    if (const auto bad = checker_.check(lines)) {
      log_trouble("line " + std::to_string(bad->line) + " is bad: byte " +
                  std::to_string(bad->error.offset) + ": " + bad->error.what);
      stop(EndReason::kInvalidRecord);
      end = buffer_.pos + bad->begin;
      if (bad->begin == 0) return Pull::kEnd;
    }
  }
  run = {buffer_.pos, end, 0, false};
  handed_out_ += run.size();
  buffer_.pos = end;
  return Pull::kRun;
}

void FileProducer::log_trouble(std::string_view what) const {
  std::string line = "source file \"";
  line += view(delivery_conf(r_)->source_path);
  line.append("\": ").append(what).append(", context: ");
  line += RequestContext::find(r_)->context_id();
  log_line(NGX_LOG_ERR, r_->connection->log, line);
}

Pull FileProducer::stop(EndReason reason) {
  finished_ = true;
  reason_ = reason;
  return Pull::kEnd;
}

Ending FileProducer::ending() const {
  if (reason_ == EndReason::kNone) return {};
  return {reason_};
}

std::string FileProducer::cursor(uint64_t records, size_t unsent) const {
  const struct stat& info = disk_.info();
  const auto size = static_cast<uint64_t>(info.st_size);
  // The LF that a last line without one was given is not in the file.
  const uint64_t offset = std::min(handed_out_ - unsent, size);
  return encode_cursor(identity_,
                       FileCursor{info.st_dev, info.st_ino, size, offset, first_line_ + records});
}

bool FileProducer::exhausted(size_t unsent) const {
  return unsent == 0 && handed_out_ >= static_cast<uint64_t>(disk_.info().st_size);
}

}  // namespace dataaction
