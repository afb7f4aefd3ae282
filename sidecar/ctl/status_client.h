// Asks a running dataactiond for its status. Blocks.

#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <string_view>

namespace dataaction {

inline constexpr std::chrono::seconds kStatusTimeout{5};

// Whole lines: a JSON object, or in the form frame::kStatusPrometheus a text. An error is a
// message.
std::expected<std::string, std::string> fetch_status(const std::string& socket_path,
                                                     std::string_view form,
                                                     std::chrono::seconds timeout);

}  // namespace dataaction
