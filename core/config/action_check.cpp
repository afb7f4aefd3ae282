#include "core/config/action_check.h"

#include <utility>

#include "core/config/config_block.h"

namespace dataaction {
namespace {

ConfigResult check_fields(const std::vector<std::string>& fields, const JsonSchema& input,
                          std::string_view directive, const Position& at) {
  for (const std::string& field : fields) {
    if (field == "*" || input.knows(field)) continue;
    return config_failure("unknown field " + quoted(field) + " in " + quoted(directive) +
                              " directive: the contract's input has none",
                          at);
  }
  return {};
}

ConfigResult check_templates(const ActionConfig& action, const JsonSchema& input) {
  if (auto checked = check_fields(action.url->fields(), input, "request", action.request_at);
      !checked) {
    return checked;
  }
  for (const auto& header : action.headers) {
    if (auto checked = check_fields(header.value.fields(), input, "header", header.at); !checked) {
      return checked;
    }
  }
  if (action.body) {
    auto checked = check_fields(action.body->value.fields(), input, "body", action.body->at);
    if (!checked) return checked;
  }
  if (!action.idempotency) return {};
  return check_fields(action.idempotency->key.fields(), input, "idempotency_key",
                      action.idempotency->at);
}

// With `on_error 200` there is an answer where there was none of the API.
ConfigResult check_always(const ActionConfig& action, const JsonSchema& output) {
  if (!action.on_error_ok) return {};
  for (const std::string& member : output.required()) {
    if (action.outputs.always(member)) continue;
    return config_failure("\"on_error 200\" needs a default for output " + quoted(member) +
                              ", which the contract requires",
                          *action.on_error_ok);
  }
  return {};
}

}  // namespace

std::expected<Contract, ConfigError> read_contract(std::string_view text, const std::string& file,
                                                   ActionConfig& action) {
  auto contract = Contract::parse(text);
  if (!contract) {
    const ContractError& error = contract.error();
    std::string message = "invalid contract: " + error.message;
    if (!error.pointer.empty()) message += " at " + quoted(error.pointer);
    return config_failure(std::move(message), {file, error.line});
  }
  const auto type_of = [&](std::string_view member) { return contract->output().type_of(member); };
  if (auto bound = action.outputs.bind(type_of); !bound) {
    return config_failure("invalid \"output\" directive: " + bound.error().message,
                          action.output_at[bound.error().index]);
  }
  if (auto checked = check_templates(action, contract->input()); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  if (auto checked = check_always(action, contract->output()); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  return std::move(*contract);
}

}  // namespace dataaction
