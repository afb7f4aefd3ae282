// What can only be checked with the database open: that each database is one, that each statement
// compiles, only reads, and means what the configuration says.
//
// Blocks on the disk, and while somebody writes for as long as the database's busy_timeout.

#pragma once

#include <expected>
#include <string>
#include <vector>

#include "core/config/config.h"

namespace dataaction {

struct CheckedSql {
  // Of the placeholders, without their colon, in the order of SQLite's numbers from 1 on.
  std::vector<std::string> parameters;
};

struct CheckedConfig {
  Config config;
  std::vector<CheckedSql> sql;  // for each of config.sources; empty for those of the worker
};

std::expected<CheckedConfig, ConfigError> check_config(Config config);

}  // namespace dataaction
