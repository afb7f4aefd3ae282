// A Data Action in the tutorial's dialect, made of the file that the real platform takes:
//
//     POST /api/v2/dataactions {"name","description","method","url","inputs":[{"name","type",
//         "description"}],"outputs":[...],"timeout"}, the time in milliseconds
//
// Pure.

#pragma once

#include <expected>
#include <string>

#include "sidecar/ctl/action_definition.h"

namespace dataaction {

// The body. An error is a message: the dialect has no word for it.
std::expected<std::string, std::string> tutorial_action(const ActionDefinition& action);

}  // namespace dataaction
