// Finds the `dataaction` block in nginx's configuration, for those who are not nginx.
//
// The main file is a whole nginx.conf, where the block stands in `http { }`, or a file for
// inclusion there, with the block at its top level. All else is stepped over, Lua blocks included.
// `include` is followed at the top level, in `http` and in the block, relative to the directory of
// the main file; one that cannot be read is a warning outside the block, as it may be readable for
// nginx alone, and an error inside.
//
// Messages and positions are nginx's own. Files are reached through ConfFiles only.

#pragma once

#include <expected>
#include <string>
#include <vector>

#include "core/config/config.h"

namespace dataaction {

class ConfFiles {
 public:
  virtual ~ConfFiles() = default;

  // An error is a whole message, as in `open() "/etc/nginx/x" failed (2: No such file or
  // directory)`.
  virtual std::expected<std::string, std::string> read(const std::string& path) = 0;

  // What glob(3) finds, in its order; nothing is no error.
  virtual std::expected<std::vector<std::string>, std::string> glob(const std::string& pattern) = 0;
};

struct ParsedConfig {
  Config config;
  std::vector<ConfigError> warnings;
};

// No include nests deeper, and no configuration has more files.
inline constexpr unsigned kMaxIncludeDepth = 32;
inline constexpr unsigned kMaxConfFiles = 10'000;

std::expected<ParsedConfig, ConfigError> parse_conf(const std::string& main_file, ConfFiles& files);

// The directory that relative paths in `main_file` start from, with its slash; empty if it names
// none.
std::string conf_directory(std::string_view main_file);

}  // namespace dataaction
