// Actions as a configuration and a contract make them.

#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "core/config/action_check.h"
#include "tests/core/config/conf_memory_files.h"

namespace dataaction {

inline constexpr std::string_view kActionContract = R"({
  "name": "a", "category": "c",
  "contract": {
    "input": {"inputSchema": {"type": "object"}},
    "output": {"successSchema": {
      "type": "object",
      "required": ["id"],
      "properties": {
        "id": {"type": "integer"}, "title": {"type": "string", "maxLength": 10},
        "status": {"type": "integer"}, "upstream": {"type": "integer"},
        "code": {"type": "string"}, "message": {"type": "string"}, "etag": {"type": "string"}
      }
    }}
  }
})";

struct CheckedAction {
  ActionConfig config;
  Contract contract;
};

// `lines` beside the contract.
inline CheckedAction checked_action(const std::string& lines,
                                    std::string_view text = kActionContract) {
  Config config = config_of("state_path /s; action a { contract c; " + lines + " }");
  if (config.actions.size() != 1) std::abort();
  ActionConfig& action = config.actions[0];
  auto contract = read_contract(text, "/c/a.json", action);
  EXPECT_TRUE(contract) << describe(contract.error());
  return {std::move(action), std::move(*contract)};
}

}  // namespace dataaction
