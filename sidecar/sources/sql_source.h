// A source that is an SQL query on a database, and what its streams share with it.
//
// SQLite runs on a thread pool, a slice at a time: whoever waits for a slow client, or for somebody
// who writes to the database, holds a statement but no thread.

#pragma once

#include <string>
#include <vector>

#include "core/config/config.h"
#include "sidecar/runtime/thread_pool.h"
#include "sidecar/sources/source.h"
#include "sidecar/sources/sql_check.h"
#include "sidecar/store/statement_pool.h"

namespace dataaction {

// What all SQL sources of one database work with; the Catalog owns it. Everything outlives the
// sources.
struct SqlBackend {
  SqlBackend(const DatabaseConfig& database, size_t max_record, Clock& time, ThreadPool& pool)
      : config(database),
        max_record_size(max_record),
        clock(time),
        threads(pool),
        statements(database.path, database.max_statements) {}

  const DatabaseConfig config;
  const size_t max_record_size;
  Clock& clock;
  ThreadPool& threads;
  StatementPool statements;
};

class SqlQuery final : public Source {
 public:
  SqlQuery(SqlBackend& backend, const SqlSource& config, CheckedSql checked,
           std::shared_ptr<SourceCounters> counters);

  std::expected<std::unique_ptr<SourceStream>, ErrorReply> open(
      const StreamRequest& request) override;

  SqlBackend& backend() { return backend_; }
  const SqlSource& config() const { return config_; }

 private:
  SqlBackend& backend_;
  const SqlSource config_;
  const CheckedSql checked_;
};

}  // namespace dataaction
