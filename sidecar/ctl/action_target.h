// The Data Action of a platform that a file is about: by its id, or by its name and integration.

#pragma once

#include <expected>
#include <optional>
#include <string>

#include "sidecar/ctl/actions_api.h"

namespace dataaction {

struct ActionTarget {
  std::string id;  // empty: there is none
  std::optional<ActionDefinition> published;
  std::optional<ActionDefinition> draft;

  bool exists() const { return published || draft; }
  // What a flow has; of one that was never published, the draft.
  const ActionDefinition& current() const { return published ? *published : *draft; }
};

struct TargetChoice {
  std::string id;           // empty: by the rest
  std::string integration;  // empty: any
};

// An action that was asked for by its id is there. An error is an exit code; it has been said.
Task<std::expected<ActionTarget, int>> find_target(ActionsApi& api, const TargetChoice& choice,
                                                   const std::string& name);

}  // namespace dataaction
