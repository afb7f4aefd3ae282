// The request that executes a Data Action, in both dialects (docs/platform.md):
//
//   genesys                 POST /api/v2/integrations/actions/{id}/execute, the bare input:
//                           postIntegrationsActionExecute
//   tutorial, with `{id}`   POST /api/v2/dataactions/{id}/execute, {"inputs":[{"name","value"}]}
//   tutorial, without       POST /api/v2/integrations/actions, {"integrationId","parameters"}

#pragma once

#include <string>
#include <string_view>

#include "core/config/config.h"
#include "sidecar/platform/platform.h"

namespace dataaction {

// `input` is a compact JSON object. Not idempotent: an action may do anything.
ApiRequest action_request(const PlatformConfig& platform, std::string_view id,
                          std::string_view input);

}  // namespace dataaction
