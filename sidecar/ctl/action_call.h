// Executes a Data Action and prints its answer as it arrives: `invoke`, `actions execute`.

#pragma once

#include <string>

#include "sidecar/ctl/platform_choice.h"
#include "sidecar/ctl/session.h"

namespace dataaction {

struct ActionCall {
  std::string id;
  std::string input;   // a compact JSON object
  std::string output;  // a file; empty: standard output
};

// An exit code; what went wrong has been said. All outlive the task.
Task<int> call_action(Session& session, const ChosenPlatform& chosen, const ActionCall& call);

}  // namespace dataaction
