// What can only be checked when an action's contract has been read: that the templates use fields
// that there are, that what is made fits what is promised. Both sides do it, with the same words.

#pragma once

#include "core/config/action_config.h"
#include "core/config/config.h"
#include "core/contract/contract.h"

namespace dataaction {

inline constexpr size_t kMaxContract = 1 << 20;  // bytes of a contract's file

// `text` is what is in action.contract_file, `file` its path. Gives the outputs of `action` their
// types.
std::expected<Contract, ConfigError> read_contract(std::string_view text, const std::string& file,
                                                   ActionConfig& action);

}  // namespace dataaction
