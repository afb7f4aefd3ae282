// What of a Data Action the platform takes and will not work in a flow. Pure. The platform's
// limits: docs/platform.md, "Data Actions".

#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "sidecar/ctl/action_definition.h"

namespace dataaction {

// `deadline`: of the webhook that the action calls.
std::vector<std::string> action_warnings(const ActionDefinition& action,
                                         std::chrono::milliseconds deadline);

}  // namespace dataaction
