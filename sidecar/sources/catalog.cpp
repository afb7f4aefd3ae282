#include "sidecar/sources/catalog.h"

namespace dataaction {

Result<std::shared_ptr<Catalog>> Catalog::create(Loop& loop, Clock& clock, CheckedConfig checked,
                                                 const Catalog* previous) {
  std::shared_ptr<Catalog> catalog(new Catalog);
  catalog->config_ = std::move(checked.config);
  const Config& config = catalog->config_;
  if (previous != nullptr) catalog->generation_ = previous->generation_ + 1;

  // A stream has one job at a time, and a connection one stream.
  auto threads = ThreadPool::create(loop, "sql", config.sql_threads, config.max_connections);
  if (!threads) return std::unexpected(threads.error());
  catalog->threads_ = std::move(*threads);

  for (const DatabaseConfig& database : config.databases) {
    catalog->databases_.try_emplace(database.name, database, config.max_record_size, clock,
                                    *catalog->threads_);
  }
  for (size_t i = 0; i < config.sources.size(); ++i) {
    const SourceConfig& source = config.sources[i];
    const auto* sql = std::get_if<SqlSource>(&source.kind);
    if (sql == nullptr) continue;
    Source* before = previous != nullptr ? previous->find(source.name) : nullptr;
    auto counters =
        before != nullptr ? before->shared_counters() : std::make_shared<SourceCounters>();
    SqlBackend& backend = catalog->databases_.find(sql->database)->second;
    catalog->sources_.emplace(
        source.name,
        std::make_unique<SqlQuery>(backend, *sql, std::move(checked.sql[i]), std::move(counters)));
  }
  return catalog;
}

Source* Catalog::find(std::string_view name) const {
  const auto found = sources_.find(name);
  return found != sources_.end() ? found->second.get() : nullptr;
}

size_t Catalog::open_statements() const {
  size_t count = 0;
  for (const auto& [name, backend] : databases_) count += backend.statements.open();
  return count;
}

size_t Catalog::used_statements() const {
  size_t count = 0;
  for (const auto& [name, backend] : databases_) count += backend.statements.used();
  return count;
}

}  // namespace dataaction
