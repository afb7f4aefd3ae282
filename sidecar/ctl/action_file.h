// The file of a Data Action, as the platform exports it and as nginx reads it for a contract.
//
// Blocks on the disk.

#pragma once

#include <expected>
#include <string>

#include "core/contract/contract.h"
#include "sidecar/ctl/action_definition.h"
#include "sidecar/ctl/parameters.h"

namespace dataaction {

struct ActionFile {
  ActionDefinition action;  // with name, category, contract and config
  Contract contract;
};

// The error is a message with the file, and what can be said of line and JSON pointer.
std::expected<ActionFile, std::string> read_action_file(const std::string& path);

// What the input schema says of a parameter. The contract outlives it.
TypeOfParameter input_types(const Contract& contract);

// Why the input is not what the contract says; empty: it is.
std::string input_mistakes(const Contract& contract, const std::string& input);

}  // namespace dataaction
