// What of a platform can only be checked with its files open: that there is a secret which nobody
// else can read or change, and that `ca_file` has certificates. Nothing is asked of the platform
// itself. Blocks on the disk.

#pragma once

#include <expected>
#include <string>

#include "core/config/config.h"

namespace dataaction {

// That there are certificates in a `ca_file`; an error is a message.
std::expected<void, std::string> check_ca_file(const std::string& path);

// Paths are as load_config() leaves them.
std::expected<void, ConfigError> check_platforms(const Config& config);

}  // namespace dataaction
