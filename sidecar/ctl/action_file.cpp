#include "sidecar/ctl/action_file.h"

#include <fmt/format.h>

#include "sidecar/runtime/disk_file.h"

namespace dataaction {
namespace {

// The first of what a contract may do without, and an action of the platform may not.
const char* missing_in(const ActionDefinition& action) {
  if (action.name.empty()) return "/name";
  if (action.category.empty()) return "/category";
  if (action.config.empty()) return "/config";
  return nullptr;
}

std::string_view name_of(JsonType type) {
  switch (type) {
    case JsonType::kNull:
      return "null";
    case JsonType::kBoolean:
      return "boolean";
    case JsonType::kInteger:
      return "integer";
    case JsonType::kNumber:
      return "number";
    case JsonType::kString:
      return "string";
    case JsonType::kArray:
      return "array";
    case JsonType::kObject:
      return "object";
  }
  return "";
}

}  // namespace

std::expected<ActionFile, std::string> read_action_file(const std::string& path) {
  const auto text = read_disk_file(path, Contract::kMaxText);
  if (!text) return std::unexpected(text.error());
  auto contract = Contract::parse(*text);
  if (!contract) {
    const ContractError& error = contract.error();
    return std::unexpected(fmt::format("{}:{}: {}{}", path, error.line, error.message,
                                       error.pointer.empty() ? "" : " at " + error.pointer));
  }
  auto action = read_action(*text);
  if (!action) return std::unexpected(path + ": " + action.error());
  if (const char* missing = missing_in(*action)) {
    return std::unexpected(
        fmt::format("{}: there is no {}, which the platform wants", path, missing));
  }
  // Where an export has them, they are another action's.
  action->id.clear();
  action->integration_id.clear();
  action->version.reset();
  return ActionFile{std::move(*action), std::move(*contract)};
}

TypeOfParameter input_types(const Contract& contract) {
  return [&contract](std::string_view name) {
    const auto type = contract.input().type_of(name);
    return std::string(type ? name_of(*type) : "");
  };
}

std::string input_mistakes(const Contract& contract, const std::string& input) {
  const std::vector<ErrorDetail> wrong = contract.input().check(input);
  return wrong.empty() ? "" : "the input is not what the contract says: " + list_of(wrong);
}

}  // namespace dataaction
