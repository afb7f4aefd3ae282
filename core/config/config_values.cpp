#include "core/config/config_values.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/base/units.h"

namespace dataaction {
namespace {

// sun_path holds 108 bytes, the last of them the end.
constexpr size_t kMaxSocketPath = 107;
constexpr std::string_view kUnixPrefix = "unix:";
constexpr std::string_view kSqlitePrefix = "sqlite:";

constexpr std::array<std::string_view, 8> kLogLevels = {"emerg", "alert",  "crit", "error",
                                                        "warn",  "notice", "info", "debug"};

using Milliseconds = std::chrono::milliseconds;
using std::chrono::hours;

constexpr Bounds<Milliseconds> kShutdownTimeout{parse_time, Milliseconds(0), hours(24),
                                                "at most 1d"};
constexpr Bounds<uint64_t> kMaxConnections{parse_number, 1, 1'000'000, "between 1 and 1000000"};
constexpr Bounds<uint64_t> kMaxRecordSize{parse_size, 1 << 10, 16 << 20, "between 1k and 16m"};
constexpr Bounds<uint64_t> kSqlThreads{parse_number, 1, 64, "between 1 and 64"};
constexpr Bounds<uint64_t> kStatusZoneSize{parse_size, 64 << 10, 1 << 30, "between 64k and 1g"};
constexpr Bounds<uint64_t> kBacklog{parse_number, 1, 65'535, "between 1 and 65535"};
constexpr Bounds<uint64_t> kMaxStatements{parse_number, 1, 1024, "between 1 and 1024"};
constexpr Bounds<Milliseconds> kBusyTimeout{parse_time, Milliseconds(0), hours(1), "at most 1h"};
constexpr Bounds<Milliseconds> kMaxTransaction{parse_time, Milliseconds(1), hours(24),
                                               "between 1ms and 1d"};

bool is_absolute_path(std::string_view path) {
  return path.size() > 1 && path.starts_with('/');
}

// chmod's octal digits, as in `0660`.
std::optional<unsigned> parse_mode(std::string_view text) {
  if (text.size() < 3 || text.size() > 4) return std::nullopt;
  unsigned mode = 0;
  for (const char c : text) {
    if (c < '0' || c > '7') return std::nullopt;
    mode = mode * 8 + static_cast<unsigned>(c - '0');
  }
  if (mode > 0777) return std::nullopt;
  return mode;
}

}  // namespace

Parsed<ListenConfig> parse_listen(DirectiveWords words) {
  ListenConfig listen;
  const std::string_view address = words[1];
  if (!address.starts_with(kUnixPrefix) || !is_absolute_path(address.substr(kUnixPrefix.size()))) {
    return invalid_value(address, words[0], "\"unix:\" and an absolute path");
  }
  listen.path = address.substr(kUnixPrefix.size());
  if (listen.path.size() > kMaxSocketPath) {
    return std::unexpected("too long path in the unix domain socket \"" + std::string(address) +
                           '"');
  }
  Parameters parameters(words.subspan(2));
  while (parameters.next()) {
    if (parameters.name() == "mode") {
      const auto mode = parse_mode(parameters.value());
      if (mode) {
        listen.mode = *mode;
      } else {
        parameters.refuse("octal, at most 0777");
      }
    } else if (parameters.name() == "group") {
      listen.group = parameters.value();
    } else if (parameters.name() == "backlog") {
      parameters.read(kBacklog, listen.backlog);
    } else {
      parameters.refuse();
    }
  }
  return std::move(parameters).done(std::move(listen));
}

Parsed<LogConfig> parse_log(DirectiveWords words) {
  LogConfig log;
  auto file = read_text(words);
  if (!file) return std::unexpected(std::move(file.error()));
  if (*file != "stderr") log.file = std::move(*file);
  Parameters parameters(words.subspan(2));
  while (parameters.next()) {
    if (parameters.name() == "level") {
      const auto level = std::ranges::find(kLogLevels, parameters.value());
      if (level == kLogLevels.end()) {
        parameters.refuse("one of nginx's, from \"emerg\" to \"debug\"");
      } else {
        log.level = static_cast<LogLevel>(level - kLogLevels.begin());
      }
    } else if (parameters.name() == "format") {
      if (parameters.value() == "json") {
        log.format = LogFormat::kJson;
      } else if (parameters.value() != "plain") {
        parameters.refuse("\"plain\" or \"json\"");
      }
    } else {
      parameters.refuse();
    }
  }
  return std::move(parameters).done(std::move(log));
}

Parsed<DatabaseConfig> parse_database(DirectiveWords words) {
  DatabaseConfig database;
  auto name = parse_name("database", words[1]);
  if (!name) return std::unexpected(std::move(name.error()));
  database.name = std::move(*name);
  // nginx and the sidecar may be started with different main files: a relative path would be two.
  if (!words[2].starts_with(kSqlitePrefix) ||
      !is_absolute_path(words[2].substr(kSqlitePrefix.size()))) {
    return invalid_value(words[2], words[0], "\"sqlite:\" and an absolute path");
  }
  database.path = words[2].substr(kSqlitePrefix.size());
  Parameters parameters(words.subspan(3));
  while (parameters.next()) {
    if (parameters.name() == "max_statements") {
      parameters.read(kMaxStatements, database.max_statements);
    } else if (parameters.name() == "busy_timeout") {
      parameters.read(kBusyTimeout, database.busy_timeout);
    } else if (parameters.name() == "max_transaction") {
      parameters.read(kMaxTransaction, database.max_transaction);
    } else {
      parameters.refuse();
    }
  }
  return std::move(parameters).done(std::move(database));
}

Parsed<Milliseconds> parse_shutdown_timeout(DirectiveWords words) {
  return read_value<Milliseconds>(words, kShutdownTimeout);
}
Parsed<unsigned> parse_max_connections(DirectiveWords words) {
  return read_value<unsigned>(words, kMaxConnections);
}
Parsed<uint32_t> parse_max_record_size(DirectiveWords words) {
  return read_value<uint32_t>(words, kMaxRecordSize);
}
Parsed<unsigned> parse_sql_threads(DirectiveWords words) {
  return read_value<unsigned>(words, kSqlThreads);
}
Parsed<size_t> parse_status_zone_size(DirectiveWords words) {
  return read_value<size_t>(words, kStatusZoneSize);
}

}  // namespace dataaction
