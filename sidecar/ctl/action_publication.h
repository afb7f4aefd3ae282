// What `dataactionctl actions diff|publish|test FILE` do with a file and a platform.
//
// Each task is an exit code; what went wrong has been said. What it is given outlives it.

#pragma once

#include <string>

#include "sidecar/ctl/action_target.h"
#include "sidecar/ctl/platform_choice.h"
#include "sidecar/ctl/session.h"

namespace dataaction {

struct ActionWork {
  ActionDefinition action;  // of the file
  TargetChoice target;
  bool dry_run = false;
  std::string input;  // of a test
};

// 0: publishing would change nothing; 1: what it would change is on standard output.
Task<int> diff_action(Session& session, const ChosenPlatform& chosen, const ActionWork& work);
Task<int> publish_action(Session& session, const ChosenPlatform& chosen, const ActionWork& work);
Task<int> test_action(Session& session, const ChosenPlatform& chosen, const ActionWork& work);

}  // namespace dataaction
