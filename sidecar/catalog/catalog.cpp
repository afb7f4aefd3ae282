#include "sidecar/catalog/catalog.h"

#include "sidecar/runtime/bug.h"

namespace dataaction {

Result<std::shared_ptr<Catalog>> Catalog::create(Loop& loop, const PlatformServices& services,
                                                 CheckedConfig checked,
                                                 std::vector<Contract> contracts, const Keys& keys,
                                                 const Catalog* previous) {
  std::shared_ptr<Catalog> catalog(new Catalog(services, keys, std::move(checked.config)));
  if (previous != nullptr) catalog->generation_ = previous->generation_ + 1;
  if (const Result<void> added = catalog->add_backends(loop, previous); !added) {
    return std::unexpected(added.error());
  }
  const auto& sources = catalog->config_.sources;
  for (size_t i = 0; i < sources.size(); ++i) {
    if (sources[i].in_sidecar()) {
      catalog->add_source(sources[i], std::move(checked.sql[i]), previous);
    }
  }
  const auto& actions = catalog->config_.actions;
  for (size_t i = 0; i < actions.size(); ++i) {
    catalog->add_action(actions[i], std::move(contracts[i]), previous);
  }
  return catalog;
}

Catalog::Catalog(const PlatformServices& services, const Keys& keys, Config config)
    : config_(std::move(config)),
      services_(services),
      seal_(keys.cursors),
      background_{services_, seal_, keys.hashes, config_.max_record_size},
      action_background_{services_, keys.flights, keys.once} {}

Result<void> Catalog::add_backends(Loop& loop, const Catalog* previous) {
  // A stream has one job at a time, and a connection one stream.
  auto threads = ThreadPool::create(loop, "sql", config_.sql_threads, config_.max_connections);
  if (!threads) return std::unexpected(threads.error());
  threads_ = std::move(*threads);
  for (const DatabaseConfig& database : config_.databases) {
    databases_.try_emplace(database.name, database, config_.max_record_size, services_.clock,
                           *threads_);
  }
  for (const PlatformConfig& config : config_.platforms) {
    platforms_.emplace(config.name, make_platform(config, previous));
  }
  return {};
}

std::shared_ptr<Platform> Catalog::make_platform(const PlatformConfig& config,
                                                 const Catalog* previous) const {
  if (previous != nullptr) {
    const auto before = previous->platforms_.find(config.name);
    if (before != previous->platforms_.end()) {
      const std::shared_ptr<Platform>& platform = before->second;
      if (platform->config().same_as(config)) return platform;
      return std::make_shared<Platform>(config, services_, platform->shared_counters());
    }
  }
  return std::make_shared<Platform>(config, services_);
}

void Catalog::add_source(const SourceConfig& config, CheckedSql checked, const Catalog* previous) {
  Source* before = previous != nullptr ? previous->find_source(config.name) : nullptr;
  auto counters =
      before != nullptr ? before->shared_counters() : std::make_shared<SourceCounters>();
  std::unique_ptr<Source> source;
  if (const auto* sql = std::get_if<SqlSource>(&config.kind)) {
    source = std::make_unique<SqlQuery>(databases_.find(sql->database)->second, *sql,
                                        std::move(checked), std::move(counters));
  } else {
    const auto& search = std::get<SearchSource>(config.kind);
    auto query = SearchQuery::parse(search);
    if (!query) bug("a query that was checked with the configuration");
    source = std::make_unique<ConversationSearch>(config.name, search, std::move(*query),
                                                  platforms_.find(search.platform)->second,
                                                  background_, std::move(counters));
  }
  sources_.emplace(config.name, std::move(source));
}

void Catalog::add_action(const ActionConfig& config, Contract contract, const Catalog* previous) {
  const Action* before = nullptr;
  if (previous != nullptr) {
    const auto found = previous->actions_.find(config.name);
    if (found != previous->actions_.end()) before = found->second.get();
  }
  std::shared_ptr<ActionCalls> calls;
  if (before != nullptr && before->calls().same_as(config, contract, action_background_)) {
    calls = before->shared_calls();
  } else {
    calls = std::make_shared<ActionCalls>(config, std::move(contract), action_background_,
                                          before != nullptr ? &before->calls() : nullptr);
  }
  auto counters =
      before != nullptr ? before->shared_counters() : std::make_shared<SourceCounters>();
  actions_.emplace(config.name, std::make_unique<Action>(std::move(calls), std::move(counters)));
}

Source* Catalog::find_source(std::string_view name) const {
  const auto found = sources_.find(name);
  return found != sources_.end() ? found->second.get() : nullptr;
}

Source* Catalog::find_action(std::string_view name) const {
  const auto found = actions_.find(name);
  return found != actions_.end() ? found->second.get() : nullptr;
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
