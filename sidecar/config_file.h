// The configuration from disk, for dataactiond and dataactionctl: real files and glob(3) around
// core/config/conf_parser.h. Reads synchronously, so call it at start, on SIGHUP or under -t, not
// for a request.

#pragma once

#include <expected>
#include <string>
#include <vector>

#include "core/config/config.h"

namespace dataaction {

// No configuration file is larger.
inline constexpr size_t kMaxConfFileSize = 16 << 20;

struct LoadedConfig {
  Config config;          // paths that the sidecar opens are resolved; those of workers are not
  std::string directory;  // what relative paths start from: see resolve_path()
  std::vector<std::string> warnings;  // lines for the log
};

// `path` is a whole nginx.conf or a file with the `dataaction` block; a relative one starts from
// the working directory. An error is one line for the log, with file and line where there is one.
std::expected<LoadedConfig, std::string> load_config(const std::string& path);

}  // namespace dataaction
