// What of a platform can only be checked with its files open: that there is a secret which nobody
// else can read or change, and that `ca_file` has certificates. Nothing is asked of the platform
// itself. Blocks on the disk.

#pragma once

#include <expected>

#include "core/config/config.h"

namespace dataaction {

// Paths are as load_config() leaves them.
std::expected<void, ConfigError> check_platforms(const Config& config);

}  // namespace dataaction
