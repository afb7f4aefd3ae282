// The query of a search that is in a file of its own (`body FILE`). Blocks on the disk.

#pragma once

#include <expected>
#include <string>

#include "core/config/config.h"

namespace dataaction {

inline constexpr size_t kMaxSearchBody = 1 << 20;  // bytes

// Reads it, where there is one, into `query`. The error lacks the position.
std::expected<void, std::string> load_search_body(SearchSource& search);

// Those of all searches.
std::expected<void, ConfigError> load_search_bodies(Config& config);

}  // namespace dataaction
