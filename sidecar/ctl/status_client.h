// Asks a running dataactiond for its status. Blocks.

#pragma once

#include <chrono>
#include <expected>
#include <string>

namespace dataaction {

inline constexpr std::chrono::seconds kStatusTimeout{5};

// The status record without its line feed; an error is a message.
std::expected<std::string, std::string> fetch_status(const std::string& socket_path,
                                                     std::chrono::seconds timeout);

}  // namespace dataaction
