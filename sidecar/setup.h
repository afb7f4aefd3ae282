// A configuration that can run: read, and checked with its databases and secrets open. Blocks; for
// start, reload, `dataactiond -t` and `dataactionctl check`.

#pragma once

#include <expected>
#include <string>
#include <vector>

#include "core/contract/contract.h"
#include "sidecar/sources/sql_check.h"

namespace dataaction {

inline constexpr const char* kDefaultConfig = "/etc/nginx/dataaction.conf";

struct Setup {
  CheckedConfig checked;
  std::vector<Contract> contracts;  // of the actions
  std::string log_file;             // empty: stderr
  std::vector<std::string> warnings;
};

// An error is a line for the log, with file and line.
std::expected<Setup, std::string> load_setup(const std::string& file);

// Says on stderr, as `nginx -t` does, whether the configuration is good. An exit code.
int test_setup(const std::string& file, const char* program);

}  // namespace dataaction
