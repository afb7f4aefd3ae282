#include "sidecar/ctl/action_definition.h"

#include <algorithm>

#include "core/base/units.h"
#include "core/json/json_object.h"
#include "sidecar/ctl/pretty_json.h"

namespace dataaction {
namespace {

using Node = JsonTree::Node;

class Reader {
 public:
  explicit Reader(const JsonTree& tree) : tree_(tree) {}

  std::expected<ActionDefinition, std::string> read() {
    if (tree_.type(JsonTree::root()) != JsonType::kObject) return std::unexpected("no JSON object");
    ActionDefinition action;
    text("id", action.id);
    text("integrationId", action.integration_id);
    text("name", action.name);
    text("category", action.category);
    action.secure = flag("secure");
    action.version = number("version");
    const auto contract = object(JsonTree::root(), "contract");
    schema(contract, "input", "inputSchema", action.input_schema);
    schema(contract, "output", "successSchema", action.success_schema);
    if (const auto config = object(JsonTree::root(), "config")) {
      tree_.append_to(action.config, *config);
    }
    if (!error_.empty()) return std::unexpected(std::move(error_));
    return action;
  }

 private:
  // Null is as good as nothing.
  std::optional<Node> member(Node of, std::string_view name) const {
    const auto found = tree_.member(of, name);
    return found && tree_.type(*found) != JsonType::kNull ? found : std::nullopt;
  }
  std::optional<Node> typed(Node of, std::string_view name, JsonType type, std::string_view rule) {
    const auto found = member(of, name);
    if (!found || tree_.type(*found) == type) return found;
    if (error_.empty()) error_.append("\"").append(name).append("\" is no ").append(rule);
    return std::nullopt;
  }
  std::optional<Node> object(Node of, std::string_view name) {
    return typed(of, name, JsonType::kObject, "object");
  }

  void text(std::string_view name, std::string& value) {
    const auto found = typed(JsonTree::root(), name, JsonType::kString, "string");
    if (found) value = tree_.string(*found);
  }
  bool flag(std::string_view name) {
    const auto found = typed(JsonTree::root(), name, JsonType::kBoolean, "boolean");
    return found && tree_.raw(*found) == "true";
  }
  std::optional<uint64_t> number(std::string_view name) {
    const auto found = typed(JsonTree::root(), name, JsonType::kInteger, "whole number");
    return found ? parse_number(tree_.raw(*found)) : std::nullopt;
  }
  void schema(std::optional<Node> contract, std::string_view side, std::string_view name,
              std::string& value) {
    if (!contract) return;
    const auto of = object(*contract, side);
    if (!of) return;
    if (const auto found = object(*of, name)) tree_.append_to(value, *found);
  }

  const JsonTree& tree_;
  std::string error_;
};

// The part of `config` with that template, if it is there.
std::optional<Node> part_of(const JsonTree& config, const ActionTemplate& which) {
  return config.member(JsonTree::root(), which.part);
}

std::string address_of(const ActionTemplate& which) {
  return std::string(which.member) + "Uri";
}

// Appends the members of `object` but those that are called so.
void copy_members(const JsonTree& tree, Node object, JsonObject& out, std::string_view but,
                  std::string_view nor) {
  for (const Node value : tree.children(object)) {
    const std::string name = tree.string(value - 1);
    if (name != but && name != nor) tree.append_to(out.key(name), value);
  }
}

// Of the platform's own APIs the URL has no host.
std::string_view integration_type(const ActionDefinition& action) {
  const auto config = JsonTree::parse(action.config.empty() ? "{}" : action.config);
  if (!config) return "custom-rest-actions";
  const auto request = part_of(*config, kRequestTemplate);
  const auto url = request ? config->member(*request, "requestUrlTemplate") : std::nullopt;
  const bool own =
      url && config->type(*url) == JsonType::kString && config->string(*url).starts_with("/");
  return own ? "purecloud-data-actions" : "custom-rest-actions";
}

void write_rest(JsonObject& out, const ActionDefinition& action) {
  out.key("secure") += action.secure ? "true" : "false";
  out.key("contract") += contract_of(action);
  out.key("config") += action.config.empty() ? "{}" : action.config;
}

}  // namespace

std::expected<ActionDefinition, std::string> read_action(std::string_view json) {
  const auto tree = JsonTree::parse(std::string(json));
  if (!tree) {
    return std::unexpected("byte " + std::to_string(tree.error().offset) + ": " +
                           tree.error().what);
  }
  return Reader(*tree).read();
}

bool has_good_id(const ActionDefinition& action) {
  return !action.id.empty() &&
         std::ranges::all_of(action.id, [](char c) { return c > ' ' && c < 0x7f; });
}

bool lacks(const ActionDefinition& action, const ActionTemplate& which) {
  const auto config = JsonTree::parse(action.config);
  if (!config) return false;
  const auto part = part_of(*config, which);
  return part && !config->member(*part, which.member) && config->member(*part, address_of(which));
}

void put(ActionDefinition& action, const ActionTemplate& which, std::string_view text) {
  const auto config = JsonTree::parse(std::move(action.config));
  action.config.clear();
  const auto part = part_of(*config, which);
  JsonObject out(action.config);
  copy_members(*config, JsonTree::root(), out, which.part, which.part);
  JsonObject inner(out.key(which.part));
  copy_members(*config, *part, inner, which.member, address_of(which));
  inner.string(which.member, text);
}

std::string contract_of(const ActionDefinition& action) {
  std::string out;
  {
    JsonObject contract(out);
    {
      JsonObject input(contract.key("input"));
      input.key("inputSchema") += action.input_schema.empty() ? "{}" : action.input_schema;
    }
    JsonObject output(contract.key("output"));
    output.key("successSchema") += action.success_schema.empty() ? "{}" : action.success_schema;
  }
  return out;
}

std::string export_action(const ActionDefinition& action) {
  std::string out;
  {
    JsonObject file(out);
    file.string("name", action.name);
    file.string("category", action.category);
    file.string("integrationType", integration_type(action));
    file.string("actionType", "custom");
    write_rest(file, action);
  }
  return pretty_json(out);
}

std::string show_action(const ActionDefinition& action) {
  std::string out;
  {
    JsonObject shown(out);
    shown.string("id", action.id);
    shown.string("name", action.name);
    shown.string("category", action.category);
    shown.string("integrationId", action.integration_id);
    if (action.version) shown.number("version", *action.version);
    write_rest(shown, action);
  }
  return pretty_json(out);
}

}  // namespace dataaction
