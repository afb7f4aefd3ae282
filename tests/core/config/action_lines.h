// `action` blocks with what every one of them needs.

#pragma once

#include <string>
#include <utility>

#include "tests/core/config/config_mistakes.h"

namespace dataaction {

inline constexpr const char* kGet = "request GET https://api.example/;";
inline constexpr const char* kPost = "request POST https://api.example/;";

// `lines` begin at line 2.
inline std::string action_block(const std::string& lines, const std::string& request = kGet) {
  return "action a { " + lines + " contract c; " + request + " output id $.id; }";
}

inline ActionConfig action_of(const std::string& lines, const std::string& request = kGet) {
  Config config = config_of(action_block(lines, request) + " state_path /s;");
  EXPECT_EQ(config.actions.size(), 1u);
  return config.actions.empty() ? ActionConfig() : std::move(config.actions[0]);
}

}  // namespace dataaction
