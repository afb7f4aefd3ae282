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

// Where there is room for one value.
ConfigResult check_scalars(const std::vector<std::string>& fields, const JsonSchema& input,
                           std::string_view directive, const Position& at) {
  for (const std::string& field : fields) {
    const auto type = input.certain_type_of(field);
    if (type != JsonType::kArray && type != JsonType::kObject) continue;
    const std::string_view kind = type == JsonType::kArray ? "an array" : "an object";
    return config_failure("field " + quoted(field) + " in " + quoted(directive) + " directive is " +
                              std::string(kind) +
                              " by the contract: it can stand in a JSON body alone",
                          at);
  }
  return check_fields(fields, input, directive, at);
}

ConfigResult check_templates(const ActionConfig& action, const JsonSchema& input) {
  if (auto checked = check_scalars(action.url->fields(), input, "request", action.request_at);
      !checked) {
    return checked;
  }
  for (const auto& header : action.headers) {
    if (auto checked = check_scalars(header.value.fields(), input, "header", header.at); !checked) {
      return checked;
    }
  }
  if (action.body) {
    auto checked = check_fields(action.body->value.fields(), input, "body", action.body->at);
    if (!checked) return checked;
  }
  if (!action.idempotency) return {};
  return check_scalars(action.idempotency->key.fields(), input, "idempotency_key",
                       action.idempotency->at);
}

// `place` is `outer`, or in it.
bool is_at(std::string_view place, std::string_view outer) {
  return place.starts_with(outer) &&
         (place.size() == outer.size() || place[outer.size()] == '.' || place[outer.size()] == '[');
}

// Names, constants and defaults, whatever is beside them.
ConfigResult check_outputs(const ActionConfig& action, const JsonSchema& output) {
  for (const OutputMap::Sample& sample : action.outputs.samples()) {
    const Position& at = action.output_at[sample.index];
    for (const ErrorDetail& wrong : output.check_without_conditions(sample.object)) {
      if (wrong.code == "additionalProperties" && is_at(sample.place, wrong.field)) {
        return config_failure("unknown output " + quoted(sample.name) +
                                  ": the contract has none, and allows no others",
                              at);
      }
      // A condition elsewhere, as in a `not`, may let it pass after all.
      if (sample.literal && !output.conditional() && is_at(wrong.field, sample.place)) {
        return config_failure("the constant or default of output " + quoted(wrong.field) +
                                  " does not fit the contract: it is against " + quoted(wrong.code),
                              at);
      }
    }
  }
  return {};
}

// What is required can be there; with `on_error 200` it must be, where nothing of the API's is.
ConfigResult check_required(const ActionConfig& action, const JsonSchema& output) {
  for (const std::string& member : output.required()) {
    if (!action.outputs.makes(member)) {
      return config_failure("action " + quoted(action.name) + " has no output " + quoted(member) +
                                ", which the contract requires",
                            action.contract_at);
    }
    if (!action.on_error_ok || action.outputs.always(member)) continue;
    return config_failure("\"on_error 200\" needs a default for output " + quoted(member) +
                              ", which the contract requires",
                          *action.on_error_ok);
  }
  return {};
}

// And it fits, whatever else the contract says.
ConfigResult check_failure(const ActionConfig& action, const JsonSchema& output) {
  if (!action.on_error_ok) return {};
  ActionFacts facts;
  facts.status = 502;
  // The longest message of ours.
  facts.error_code = "dataaction.upstream.broken_off";
  facts.error_message = "the API gave no answer of use, and may have carried out the call";
  const auto object = action.outputs.write(facts);
  const std::vector<ErrorDetail> wrong =
      object ? output.check(*object) : std::vector<ErrorDetail>{};
  if (wrong.empty()) return {};
  const ErrorDetail& first = wrong.front();
  if (first.code == "required") {
    return config_failure("\"on_error 200\" needs a default for output " + quoted(first.field) +
                              ", which the contract requires",
                          *action.on_error_ok);
  }
  return config_failure("\"on_error 200\" does not fit the contract: output " +
                            quoted(first.field) + " is against " + quoted(first.code) +
                            " where the API gave nothing",
                        *action.on_error_ok);
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
  const JsonSchema& output = contract->output();
  auto bound =
      action.outputs.bind([&](std::string_view member) { return output.type_of(member); },
                          [&](std::string_view member) { return output.certain_type_of(member); });
  if (!bound) {
    return config_failure("invalid \"output\" directive: " + bound.error().message,
                          action.output_at[bound.error().index]);
  }
  if (auto checked = check_templates(action, contract->input()); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  if (auto checked = check_required(action, output); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  if (auto checked = check_failure(action, output); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  if (auto checked = check_outputs(action, output); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  return std::move(*contract);
}

}  // namespace dataaction
