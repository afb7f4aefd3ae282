// What a Data Action is on the platform, in the two forms that it has there: a file as the platform
// exports it (and nginx reads it as a contract), and an answer of its API (the model Action).
//
//     name, category, secure, contract.input.inputSchema, contract.output.successSchema, config
//     of a file:     integrationType, actionType
//     of an answer:  id, integrationId, version
//
// Pure.

#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "core/json/json_tree.h"

namespace dataaction {

struct ActionDefinition {
  std::string id;              // empty: of a file
  std::string integration_id;  // the same
  std::string name;
  std::string category;
  bool secure = false;
  std::optional<uint64_t> version;  // for optimistic locking
  // Compact JSON; empty: none.
  std::string input_schema;
  std::string success_schema;
  std::string config;
};

// An error is a message: not JSON, or a member that is of another type.
std::expected<ActionDefinition, std::string> read_action(std::string_view json);

// Ids get into messages as they are, and a terminal obeys more than it shows: visible ASCII.
bool has_good_id(const ActionDefinition& action);
inline constexpr const char* kNoGoodId = "it has no \"id\", or one that is not of visible ASCII";

// The members of `config` where the platform keeps a template apart from it, and the file it is in.
struct ActionTemplate {
  std::string_view part;    // of config: `request`
  std::string_view member;  // of that
  std::string_view file;
};
inline constexpr ActionTemplate kRequestTemplate{"request", "requestTemplate",
                                                 "requesttemplate.vm"};
inline constexpr ActionTemplate kSuccessTemplate{"response", "successTemplate",
                                                 "successtemplate.vm"};

// Whether `config` has the address of the template instead of the template.
bool lacks(const ActionDefinition& action, const ActionTemplate& which);
// `config` with the text, and without the address.
void put(ActionDefinition& action, const ActionTemplate& which, std::string_view text);

// {"input":{"inputSchema":...},"output":{"successSchema":...}}
std::string contract_of(const ActionDefinition& action);

// The file that `publish` takes back, for people to read.
std::string export_action(const ActionDefinition& action);
// The same with what only the platform's has: id, integrationId, version.
std::string show_action(const ActionDefinition& action);

}  // namespace dataaction
