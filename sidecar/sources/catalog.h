// All that one configuration makes of the sidecar's sources: the generation that a request runs in.
//
// Shared: whoever streams holds the Catalog it began with, so that a reload changes nothing for it;
// the last one who lets go closes its databases and ends its threads. For the loop's thread.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "sidecar/sources/sql_source.h"

namespace dataaction {

class Catalog {
 public:
  // Counters, and the number of the generation, go on from `previous` (or nullptr).
  static Result<std::shared_ptr<Catalog>> create(Loop& loop, Clock& clock, CheckedConfig checked,
                                                 const Catalog* previous);

  const Config& config() const { return config_; }
  uint64_t generation() const { return generation_; }

  // nullptr if there is none that runs in the sidecar.
  Source* find(std::string_view name) const;

  using Sources = std::map<std::string, std::unique_ptr<Source>, std::less<>>;
  const Sources& sources() const { return sources_; }

  // Prepared statements, in use and idle; and those in use.
  size_t open_statements() const;
  size_t used_statements() const;

 private:
  Catalog() = default;

  Config config_;
  uint64_t generation_ = 1;
  std::unique_ptr<ThreadPool> threads_;
  std::map<std::string, SqlBackend, std::less<>> databases_;
  Sources sources_;
};

}  // namespace dataaction
