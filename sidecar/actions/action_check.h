// What of an action can only be checked with its files open: its contract, and that its credentials
// are there, good, and nobody else's. Nothing is asked of the API. Blocks on the disk.

#pragma once

#include <expected>
#include <vector>

#include "core/config/config.h"
#include "core/contract/contract.h"

namespace dataaction {

// The contracts, in the order of the actions, whose outputs they give their types. Paths are as
// load_config() leaves them.
std::expected<std::vector<Contract>, ConfigError> check_actions(Config& config);

}  // namespace dataaction
