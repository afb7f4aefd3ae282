#include "sidecar/link/answer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "sidecar/link/status_record.h"
#include "sidecar/runtime/task_group.h"
#include "sidecar/runtime/timer.h"

namespace dataaction {
namespace {

// What a DATA frame holds beside a cursor.
constexpr size_t kMaxRecords = frame::kMaxData - 2 - frame::kMaxCursor;

bool is_last(const SlicePipe::Piece& piece) {
  return piece.then != Progress::kMore;
}

EndReason reason_of(const SlicePipe::Piece& last) {
  if (!last.then) return last.then.error().reason;
  return *last.then == Progress::kLimit ? EndReason::kLimit : EndReason::kNone;
}

LogLevel level_of(EndReason reason) {
  if (reason == EndReason::kUpstream || reason == EndReason::kInvalidRecord)
    return LogLevel::kError;
  return reason == EndReason::kShutdown ? LogLevel::kWarn : LogLevel::kInfo;
}

// A client's mistake, what passes by itself, what needs somebody.
LogLevel level_of(const ErrorReply& reply) {
  if (reply.status < 500) return LogLevel::kInfo;
  return reply.status == 503 ? LogLevel::kWarn : LogLevel::kError;
}

// Named before they are sent: g++ 12 destroys a temporary inside co_await twice.
const ErrorReply kOtherVersion = {
    502, 0, "dataaction.link.version", "the sidecar speaks another version", {}};
const ErrorReply kUnknownSource = {
    503, 1, "dataaction.config.stale", "the source is not known here yet", {}};

const ErrorReply kUnknownAction = {
    503, 1, "dataaction.config.stale", "the action is not known here yet", {}};

const ErrorReply kUnknownStatus = {
    422, 0, "dataaction.request.invalid", "no such form of the status", {}};

}  // namespace

Answer::Answer(LinkContext& context, UnixStream& stream, const frame::Request& request)
    : context_(context),
      stream_(stream),
      request_(request),
      catalog_(context.catalog),
      started_(context.clock.now()) {}

Task<bool> Answer::send() {
  if (request_.version != frame::kVersion) {
    co_return co_await refuse(kOtherVersion);
  }
  if (request_.kind == frame::Kind::kStatus) co_return co_await send_status();
  if (context_.stopping) {
    ErrorReply reply = shutting_down();
    co_return co_await refuse(std::move(reply));
  }
  co_return co_await send_stream();
}

Task<bool> Answer::send_status() {
  const bool exposition = request_.name == frame::kStatusPrometheus;
  if (!exposition && !request_.name.empty()) {
    ErrorReply reply = kUnknownStatus;
    co_return co_await refuse(std::move(reply));
  }
  const std::string text = exposition ? status_exposition(context_) : status_record(context_);
  const auto lines = static_cast<uint64_t>(std::ranges::count(text, '\n'));
  frame::encode(before_, frame::Head{frame::kVersion, catalog_->config().digest, 200});
  for (size_t at = 0; at < text.size(); at += kMaxRecords) {
    const auto piece = std::string_view(text).substr(at, kMaxRecords);
    frame::encode_data_prefix(before_, "", piece.size());
    before_ += piece;
  }
  frame::encode(before_, frame::End{lines, true, "", ""});
  co_return (co_await stream_.write(before_)).has_value();
}

Task<bool> Answer::send_stream() {
  const bool call = request_.kind == frame::Kind::kCall;
  source_ = call ? catalog_->find_action(request_.name) : catalog_->find_source(request_.name);
  if (source_ == nullptr) co_return co_await refuse(call ? kUnknownAction : kUnknownSource);
  ++source_->counters().requests;
  auto opened =
      source_->open({request_.parameters, request_.cursor, request_.limit, request_.context_id});
  if (!opened) {
    // Who asked is told all that there is to know, and so is the log.
    const std::string told = opened.error().message;
    co_return co_await refuse(std::move(opened.error()), told);
  }

  CancelScope link(co_await current_scope());
  HangupWatch watch(stream_, link);
  watch_ = &watch;
  ++context_.streams;
  const bool go_on = co_await transfer(std::move(*opened)).in(link);
  --context_.streams;
  context_.stream_ended.set();
  co_return go_on;
}

Task<bool> Answer::transfer(std::unique_ptr<SourceStream> source) {
  CancelScope& link = co_await current_scope();
  CancelScope work(context_.work);
  const CancelLink hangup(link, work);
  std::optional<CancelAt> deadline;
  std::optional<CancelAt> last_words;
  if (request_.deadline_ms > 0) {
    const auto due = started_ + std::chrono::milliseconds(request_.deadline_ms);
    deadline.emplace(context_.clock, due, work);
    last_words.emplace(context_.clock, due + kLastWords, link);
  }
  if (request_.kind == frame::Kind::kCall) co_return co_await call(std::move(source), work);
  co_return co_await stream(std::move(source), work);
}

Task<bool> Answer::stream(std::unique_ptr<SourceStream> source, CancelScope& work) {
  SlicePipe pipe;
  TaskGroup producer(work, 1);
  if (!producer.spawn(pipe.produce(context_.clock, std::move(source))))
    bug("a group of one is full");
  const bool go_on = co_await send_pieces(pipe);
  producer.cancel(CancelReason::kHangup);
  co_await producer.drain();
  if (auto stream = pipe.take_stream()) {
    context_.close_later(std::move(stream), catalog_, complete_);
  }
  co_return go_on;
}

// One record; there is nothing that could be made while it is sent.
Task<bool> Answer::call(std::unique_ptr<SourceStream> source, CancelScope& work) {
  Slice slice;
  SlicePipe::Piece piece{&slice, Progress::kAll};
  piece.then = co_await source->fetch(slice).in(work);
  const bool gone = !piece.then && piece.then.error().reason == EndReason::kClient;
  if (!piece.then && !gone) {
    const SourceFailure& failure = piece.then.error();
    co_return co_await refuse(failure.reply, failure.detail);
  }
  if (gone || !co_await send_piece(piece)) {
    client_gone();
    co_return false;
  }
  ended(piece);
  co_return true;
}

Task<bool> Answer::send_pieces(SlicePipe& pipe) {
  for (;;) {
    const Result<SlicePipe::Piece> piece = co_await pipe.next();
    if (!piece) break;
    if (is_last(*piece) && !piece->then && !head_sent_ && piece->slice->records == 0) {
      const SourceFailure& failure = piece->then.error();
      if (failure.reason == EndReason::kClient) break;
      co_return co_await refuse(failure.reply, failure.detail);
    }
    if (!co_await send_piece(*piece)) break;
    if (!is_last(*piece)) continue;
    ended(*piece);
    co_return true;
  }
  client_gone();
  co_return false;
}

Task<bool> Answer::send_piece(const SlicePipe::Piece& piece) {
  count_ += piece.slice->records;
  // An end without records of its own goes on where the last record stood.
  if (piece.slice->records > 0) cursor_ = piece.slice->cursor;
  before_.clear();
  after_.clear();
  if (!std::exchange(head_sent_, true)) {
    frame::encode(before_, frame::Head{frame::kVersion, catalog_->config().digest, 200});
  }
  if (is_last(piece)) {
    watch_->let_talk();
    const Ending ending{reason_of(piece), cursor_};
    frame::End end{count_, ending.complete(), name_of(ending.reason), {}};
    if (ending.reason != EndReason::kNone) end.cursor = cursor_;
    frame::encode(after_, end);
  }
  std::string_view rest = piece.slice->bytes;
  do {
    const std::string_view part = rest.substr(0, kMaxRecords);
    rest.remove_prefix(part.size());
    const std::string_view cursor = rest.empty() ? cursor_ : std::string_view();
    if (!part.empty()) frame::encode_data_prefix(before_, cursor, part.size());
    const std::string_view after = rest.empty() ? after_ : std::string_view();
    if (!co_await stream_.write(before_, part, after)) co_return false;
    before_.clear();
  } while (!rest.empty());
  co_return true;
}

void Answer::ended(const SlicePipe::Piece& last) {
  const EndReason reason = reason_of(last);
  source_->counters().records += count_;
  ++source_->counters().ends[static_cast<size_t>(reason)];
  log_end(reason, last.then ? std::string_view() : last.then.error().detail);
  complete_ = reason == EndReason::kNone;
}

void Answer::client_gone() {
  source_->counters().records += count_;
  ++source_->counters().ends[static_cast<size_t>(EndReason::kClient)];
  log_end(EndReason::kClient, "");
}

Task<bool> Answer::refuse(ErrorReply reply, std::string_view detail) {
  if (source_ != nullptr) ++source_->counters().errors;
  if (watch_ != nullptr) watch_->let_talk();
  context_.log.write(level_of(reply), "request refused",
                     {{"context", request_.context_id},
                      {"source", request_.name},
                      {"status", reply.status},
                      {"code", reply.code},
                      {"detail", detail}});
  before_.clear();
  frame::encode(before_,
                frame::Error{frame::kVersion, catalog_->config().digest, std::move(reply)});
  co_return (co_await stream_.write(before_)).has_value();
}

void Answer::log_end(EndReason reason, std::string_view detail) {
  const std::string_view name = reason == EndReason::kNone ? "complete" : name_of(reason);
  const LogLevel level = level_of(reason);
  const bool call = request_.kind == frame::Kind::kCall;
  const std::string_view event = call ? "call ended" : "stream ended";
  const LogField context("context", request_.context_id);
  const LogField source("source", request_.name);
  const LogField records("records", count_);
  const LogField why("reason", name);
  const LogField ms("ms", (context_.clock.now() - started_).count());
  if (detail.empty()) {
    context_.log.write(level, event, {context, source, records, why, ms});
  } else {
    const LogField told("detail", detail);
    context_.log.write(level, event, {context, source, records, why, ms, told});
  }
}

}  // namespace dataaction
