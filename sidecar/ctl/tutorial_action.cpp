#include "sidecar/ctl/tutorial_action.h"

#include "core/base/units.h"
#include "core/json/json_object.h"

namespace dataaction {
namespace {

using Node = JsonTree::Node;

constexpr uint64_t kUsualTimeout = 30;  // s, of one that says nothing

std::string text_in(const JsonTree& tree, Node of, std::string_view name) {
  const auto found = tree.member(of, name);
  return found && tree.type(*found) == JsonType::kString ? tree.string(*found) : "";
}

// The properties of a schema, as parameters.
std::string parameters_of(const std::string& schema) {
  std::string out = "[";
  const auto tree = JsonTree::parse(schema);
  const auto properties = tree ? tree->member(JsonTree::root(), "properties") : std::nullopt;
  if (!properties) return out += ']';
  for (const Node property : tree->children(*properties)) {
    if (!out.ends_with('[')) out += ',';
    const std::string type = text_in(*tree, property, "type");
    JsonObject parameter(out);
    parameter.string("name", tree->string(property - 1));
    parameter.string("type", type.empty() ? "string" : type);
    parameter.string("description", text_in(*tree, property, "description"));
  }
  return out += ']';
}

}  // namespace

std::expected<std::string, std::string> tutorial_action(const ActionDefinition& action) {
  const auto config = JsonTree::parse(action.config);
  const auto request = config ? config->member(JsonTree::root(), "request") : std::nullopt;
  const std::string url = request ? text_in(*config, *request, "requestUrlTemplate") : "";
  const std::string method = request ? text_in(*config, *request, "requestType") : "";
  if (url.empty() || method.empty()) {
    return std::unexpected("config.request has no requestUrlTemplate or no requestType");
  }
  if (url.contains('$')) {
    return std::unexpected(
        "config.request.requestUrlTemplate is a template, of which the tutorial's "
        "dialect knows nothing");
  }
  const auto timeout = config->member(JsonTree::root(), "timeoutSeconds");
  const auto seconds = timeout ? parse_number(config->raw(*timeout)) : std::nullopt;
  std::string out;
  {
    JsonObject body(out);
    body.string("name", action.name);
    body.string("description", action.category);
    body.string("method", method);
    body.string("url", url);
    body.key("inputs") += parameters_of(action.input_schema);
    body.key("outputs") += parameters_of(action.success_schema);
    body.number("timeout", seconds.value_or(kUsualTimeout) * 1000);
  }
  return out;
}

}  // namespace dataaction
