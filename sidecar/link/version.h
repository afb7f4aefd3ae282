// The version of dataactiond and dataactionctl.

#pragma once

#include <string_view>

namespace dataaction {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace dataaction
