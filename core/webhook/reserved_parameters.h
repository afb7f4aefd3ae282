// What a webhook's parameters say about the delivery (docs/webhook.md): it never reaches a source,
// so no placeholder has such a name.

#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace dataaction {

inline constexpr std::array<std::string_view, 3> kReservedParameters = {"batch_size", "limit",
                                                                        "cursor"};

constexpr bool is_reserved_parameter(std::string_view name) {
  return std::ranges::find(kReservedParameters, name) != kReservedParameters.end();
}

}  // namespace dataaction
