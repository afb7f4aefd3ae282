#include "sidecar/sources/sql_source.h"

#include "sidecar/sources/sql_parameters.h"
#include "sidecar/sources/sql_stream.h"

namespace dataaction {

SqlQuery::SqlQuery(SqlBackend& backend, const SqlSource& config, CheckedSql checked,
                   std::shared_ptr<SourceCounters> counters)
    : Source(std::move(counters)),
      backend_(backend),
      config_(config),
      checked_(std::move(checked)) {}

std::expected<std::unique_ptr<SourceStream>, ErrorReply> SqlQuery::open(
    const StreamRequest& request) {
  if (!request.cursor.empty()) {
    const std::string code = "dataaction.request.cursor";
    return std::unexpected(
        ErrorReply{422, 0, code, "this source cannot go on from a cursor", {{code, "cursor"}}});
  }
  auto values = read_sql_parameters(request.parameters, checked_.parameters);
  if (!values) return std::unexpected(std::move(values.error()));
  auto lease = backend_.statements.acquire(config_.statement);
  if (!lease) return std::unexpected(database_busy());
  return std::make_unique<SqlStream>(*this, std::move(*values), std::move(*lease), request.limit);
}

}  // namespace dataaction
