// All that one configuration makes of the sidecar's sources and actions: the generation that a
// request runs in.
//
// Shared: whoever streams holds the Catalog it began with, so that a reload changes nothing for it;
// the last one who lets go closes its databases and ends its threads. For the loop's thread.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "sidecar/actions/action.h"
#include "sidecar/sources/search_source.h"
#include "sidecar/sources/sql_source.h"

namespace dataaction {

class Catalog {
 public:
  // Beside the configuration; `services` and `flights` outlive all catalogs.
  struct Keys {
    CursorSeal::Key cursors;
    SipKey hashes;
    TaskGroup& flights;          // calls that belong to nobody
    std::shared_ptr<Once> once;  // where an action has an idempotency_key
  };

  // Counters, and the number of the generation, go on from `previous` (or nullptr); so do platforms
  // and actions that are configured as they were, with their tokens, breakers and caches.
  // `contracts` are those of the configuration's actions, in their order.
  static Result<std::shared_ptr<Catalog>> create(Loop& loop, const PlatformServices& services,
                                                 CheckedConfig checked,
                                                 std::vector<Contract> contracts, const Keys& keys,
                                                 const Catalog* previous);

  const Config& config() const { return config_; }
  uint64_t generation() const { return generation_; }

  // nullptr if there is none that runs in the sidecar.
  Source* find_source(std::string_view name) const;
  Source* find_action(std::string_view name) const;

  using Sources = std::map<std::string, std::unique_ptr<Source>, std::less<>>;
  const Sources& sources() const { return sources_; }

  using Actions = std::map<std::string, std::unique_ptr<Action>, std::less<>>;
  const Actions& actions() const { return actions_; }

  using Platforms = std::map<std::string, std::shared_ptr<Platform>, std::less<>>;
  const Platforms& platforms() const { return platforms_; }

  // Prepared statements, in use and idle; and those in use.
  size_t open_statements() const;
  size_t used_statements() const;

 private:
  Catalog(const PlatformServices& services, const Keys& keys, Config config);

  Result<void> add_backends(Loop& loop, const Catalog* previous);
  std::shared_ptr<Platform> make_platform(const PlatformConfig& config,
                                          const Catalog* previous) const;
  void add_source(const SourceConfig& config, CheckedSql checked, const Catalog* previous);
  void add_action(const ActionConfig& config, Contract contract, const Catalog* previous);

  const Config config_;
  const PlatformServices& services_;
  const CursorSeal seal_;
  const SearchBackground background_;
  const ActionBackground action_background_;
  uint64_t generation_ = 1;
  std::unique_ptr<ThreadPool> threads_;
  std::map<std::string, SqlBackend, std::less<>> databases_;
  Platforms platforms_;
  Sources sources_;
  Actions actions_;
};

}  // namespace dataaction
