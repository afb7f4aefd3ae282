// What the `dataaction` block says, as values: made by ConfigBuilder, in nginx and in the sidecar
// alike.
//
// Everything is checked except what only an open file, database or socket can tell; each part keeps
// the position where it was written, so that such a failure is reported like any other mistake in
// the file. A Config owns all it holds and refers to nothing.

#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/config/action_config.h"
#include "core/config/platform_config.h"
#include "core/config/position.h"
#include "core/search/search_config.h"
#include "core/stream/synthetic.h"

namespace dataaction {

struct ConfigError {
  std::string message;
  Position at;

  bool operator==(const ConfigError&) const = default;
};

// `FILE:LINE`, and `MESSAGE in FILE:LINE` as nginx prints it; without what is not known.
std::string describe(const Position& at);
std::string describe(const ConfigError& error);

enum class LogLevel : uint8_t { kEmerg, kAlert, kCrit, kError, kWarn, kNotice, kInfo, kDebug };
enum class LogFormat : uint8_t { kPlain, kJson };

struct ListenConfig {
  std::string path = "/run/dataaction/dataactiond.sock";
  unsigned mode = 0660;
  std::string group;   // empty: the process's own
  int backlog = 1024;  // as max_connections: so many may come at once
  Position at;
};

struct LogConfig {
  std::string file;  // empty: stderr; as written, see resolve_path()
  LogLevel level = LogLevel::kNotice;
  LogFormat format = LogFormat::kPlain;
  Position at;
};

struct DatabaseConfig {
  std::string name;
  std::string path;  // of an SQLite file; absolute
  unsigned max_statements = 64;
  std::chrono::milliseconds busy_timeout{1000};
  std::chrono::milliseconds max_transaction{300'000};
  Position at;
};

struct SyntheticSource {
  SyntheticKind kind = SyntheticKind::kTransactions;
  uint64_t records = 50'000;
};

struct FileSource {
  std::string path;  // as written, see resolve_path()
  bool trusted = false;
};

struct SqlSource {
  std::string database;  // the name of one in Config::databases
  std::string statement;
  std::vector<std::string> json_columns;
};

struct SourceConfig {
  std::string name;
  std::variant<SyntheticSource, FileSource, SqlSource, SearchSource> kind;
  Position at;            // of `source`
  Position kind_at;       // of `synthetic`, `file`, `sql` or `search`
  Position body_at = {};  // of `body`, where a search has one

  // Such sources are the sidecar's; the others run in the worker.
  bool in_sidecar() const {
    return std::holds_alternative<SqlSource>(kind) || std::holds_alternative<SearchSource>(kind);
  }
};

struct Config {
  ListenConfig listen;
  LogConfig log;
  std::chrono::milliseconds shutdown_timeout{30'000};
  unsigned max_connections = 1024;
  uint32_t max_record_size = 1024 * 1024;
  unsigned sql_threads = 4;
  size_t status_zone_size = 1024 * 1024;
  std::string state_path;  // as written, see resolve_path(); empty: nothing outlives the process
  Position state_path_at;
  std::vector<PlatformConfig> platforms;  // in the order of the file
  std::vector<DatabaseConfig> databases;
  std::vector<SourceConfig> sources;
  std::vector<ActionConfig> actions;  // none has the name of a source
  uint64_t digest = 0;                // docs/protocol.md, "The configuration digest"

  const PlatformConfig* find_platform(std::string_view name) const;
  const DatabaseConfig* find_database(std::string_view name) const;
  const SourceConfig* find_source(std::string_view name) const;
  const ActionConfig* find_action(std::string_view name) const;
};

// `path` as seen from `directory`, which is the one of the main configuration file (nginx's conf
// prefix) with or without a slash at its end; an absolute path stays as it is.
std::string resolve_path(std::string_view path, std::string_view directory);

}  // namespace dataaction
