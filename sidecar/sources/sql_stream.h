// One run of an SQL query. See sql_source.h.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sidecar/sources/source.h"
#include "sidecar/sources/sql_parameters.h"
#include "sidecar/sources/sql_record.h"
#include "sidecar/sources/sql_source.h"

namespace dataaction {

// All statements are in use, or somebody writes for longer than busy_timeout.
ErrorReply database_busy();

class SqlStream final : public SourceStream {
 public:
  SqlStream(SqlQuery& source, std::vector<SqlValue> values, StatementPool::Lease lease,
            uint64_t limit);

  Task<Fetched> fetch(Slice& slice) override;
  std::optional<Clock::Duration> max_lifetime() const override;

 private:
  // What went wrong on the thread: SQLite, or a row.
  struct Trouble {
    SqliteError sqlite;
    std::string record;  // not empty: why a record is invalid
  };
  using Filled = std::expected<Progress, Trouble>;

  // On a thread of the pool.
  Filled prepare();
  Filled fill(Slice& slice);
  Filled append_row(Slice& slice);
  Filled stopped(SqliteError error);

  Task<Result<Filled>> run_step(Slice& slice);
  Task<Fetched> fail(const Trouble& trouble);

  SqlQuery& source_;
  const std::vector<SqlValue> values_;  // bound, so they outlive the lease
  StatementPool::Lease lease_;
  std::optional<SqlRecordWriter> writer_;
  uint64_t left_;
  uint64_t row_ = 0;
  bool prepared_ = false;
};

}  // namespace dataaction
