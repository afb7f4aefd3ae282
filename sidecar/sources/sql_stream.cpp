#include "sidecar/sources/sql_stream.h"

#include <time.h>

#include <algorithm>

#include "sidecar/runtime/timer.h"

namespace dataaction {
namespace {

using std::chrono::milliseconds;

// Records of a slow query leave when the first of them is this old.
constexpr milliseconds kSliceTime{25};

constexpr milliseconds kShortestRetry{2};
constexpr milliseconds kLongestRetry{50};

// The tick of the kernel is exact enough, and costs a few nanoseconds a row.
milliseconds coarse_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return milliseconds(now.tv_sec * 1000 + now.tv_nsec / 1'000'000);
}

ErrorReply database_error() {
  return {502, 0, "dataaction.database.error", "the database failed", {}};
}

}  // namespace

ErrorReply database_busy() {
  return {503, 1, "dataaction.database.busy", "the database is busy", {}};
}

SqlStream::SqlStream(SqlQuery& source, std::vector<SqlValue> values, StatementPool::Lease lease,
                     uint64_t limit)
    : source_(source), values_(std::move(values)), lease_(std::move(lease)), left_(limit) {}

std::optional<Clock::Duration> SqlStream::max_lifetime() const {
  return source_.backend().config.max_transaction;
}

Task<Fetched> SqlStream::fetch(Slice& slice) {
  Clock& clock = source_.backend().clock;
  const Clock::TimePoint give_up = clock.now() + source_.backend().config.busy_timeout;
  Clock::Duration pause = kShortestRetry;
  for (;;) {
    const Result<Filled> filled = co_await run_step(slice);
    if (!filled) co_return std::unexpected(failure_of(filled.error()));
    if (*filled) {
      if (!std::exchange(prepared_, true)) continue;
      co_return **filled;
    }
    // SQLite says so only before the first row.
    const bool again = filled->error().sqlite.busy() && row_ == 0 && clock.now() < give_up;
    if (!again) co_return co_await fail(filled->error());
    const Result<void> slept = co_await sleep_for(clock, pause);
    if (!slept) co_return std::unexpected(failure_of(slept.error()));
    pause = std::min<Clock::Duration>(2 * pause, kLongestRetry);
  }
}

Task<Result<SqlStream::Filled>> SqlStream::run_step(Slice& slice) {
  ThreadPool& threads = source_.backend().threads;
  // There is nothing to interrupt yet.
  if (!prepared_) co_return co_await threads.run([this] { return prepare(); });
  co_return co_await threads.run([this, &slice] { return fill(slice); },
                                 [this] { lease_.interrupt(); });
}

Task<Fetched> SqlStream::fail(const Trouble& trouble) {
  const CancelScope& scope = co_await current_scope();
  if (!trouble.record.empty()) {
    co_return std::unexpected(
        SourceFailure{EndReason::kInvalidRecord,
                      {502, 0, "dataaction.source.invalid_record", "a record is not valid", {}},
                      trouble.record});
  }
  if (trouble.sqlite.interrupted() && scope.reason()) {
    co_return std::unexpected(failure_of(Error(*scope.reason())));
  }
  if (trouble.sqlite.busy()) {
    co_return std::unexpected(
        SourceFailure{EndReason::kUpstream, database_busy(), trouble.sqlite.message});
  }
  lease_.discard();
  co_return std::unexpected(
      SourceFailure{EndReason::kUpstream, database_error(), trouble.sqlite.message});
}

SqlStream::Filled SqlStream::prepare() {
  if (auto prepared = lease_.prepare(); !prepared) {
    return std::unexpected(Trouble{std::move(prepared.error()), ""});
  }
  if (!bind(lease_.statement(), values_)) {
    return std::unexpected(Trouble{lease_.statement().last_error(), ""});
  }
  return Progress::kMore;
}

SqlStream::Filled SqlStream::fill(Slice& slice) {
  SqliteStatement& statement = lease_.statement();
  const milliseconds leave_at = coarse_now() + kSliceTime;
  do {
    const int status = statement.step();
    if (status == SQLITE_DONE || (status == SQLITE_ROW && left_ == 0)) {
      statement.reset();
      return status == SQLITE_DONE ? Progress::kAll : Progress::kLimit;
    }
    if (status != SQLITE_ROW) return stopped(statement.last_error());
    if (Filled appended = append_row(slice); !appended) return appended;
  } while (!slice.full() && coarse_now() < leave_at);
  return Progress::kMore;
}

SqlStream::Filled SqlStream::append_row(Slice& slice) {
  SqliteStatement& statement = lease_.statement();
  ++row_;
  if (!writer_) {
    // Not before the first step: SQLite compiles anew there if the schema has changed.
    auto writer = SqlRecordWriter::create(statement, source_.config().json_columns,
                                          source_.backend().max_record_size);
    if (!writer) {
      return stopped({SQLITE_SCHEMA, std::move(writer.error())});
    }
    writer_.emplace(std::move(*writer));
  }
  const RowResult result = writer_->append(slice.bytes, statement.raw());
  if (result != RowResult::kOk) {
    statement.reset();
    const char* what = result == RowResult::kTooLarge ? " is larger than max_record_size"
                                                      : " has invalid JSON in a json column";
    return std::unexpected(Trouble{{}, "row " + std::to_string(row_) + what});
  }
  ++slice.records;
  --left_;
  return Progress::kMore;
}

SqlStream::Filled SqlStream::stopped(SqliteError error) {
  lease_.statement().reset();
  return std::unexpected(Trouble{std::move(error), ""});
}

}  // namespace dataaction
