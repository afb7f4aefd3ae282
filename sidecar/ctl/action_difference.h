// What is different between two Data Actions, member by member. Pure.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sidecar/ctl/action_definition.h"

namespace dataaction {

struct ActionChange {
  std::string member;                 // `config.request.headers.Accept`, `...required[1]`
  std::optional<std::string> before;  // compact JSON; nothing: it is not there
  std::optional<std::string> after;

  // Of what the platform lets nobody change once the action has been published.
  bool in_contract() const { return member.starts_with("contract.") || member == "secure"; }
};

// In the order of the members of `after`, then those that only `before` has. The order of an
// object's members does not count, nor do members of `config` that are null or an empty object.
std::vector<ActionChange> compare_actions(const ActionDefinition& before,
                                          const ActionDefinition& after);

// A line each: `~ config.timeoutSeconds: 20 -> 30`, `+ NAME: VALUE`, `- NAME: VALUE`. Values of
// headers that hold a secret are not shown.
std::string describe(const std::vector<ActionChange>& changes);

// A header of an action whose value is a secret that stands there as it is, instead of one of the
// integration's credentials.
bool is_open_secret(std::string_view header, std::string_view value);

// `config` as it may be shown.
std::string without_open_secrets(std::string_view config);

}  // namespace dataaction
