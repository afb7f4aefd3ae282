#include "core/contract/json_schema.h"

#include "core/base/excerpt.h"
#include "core/contract/json_pointer.h"
#include "core/contract/schema_builder.h"
#include "core/contract/schema_checker.h"
#include "core/contract/schema_members.h"
#include "core/webhook/webhook_input.h"

namespace dataaction {
namespace {

std::vector<ErrorDetail> check_text(const SchemaModel& model, std::string_view json,
                                    Conditions conditions) {
  JsonDocument document;
  std::string repeated;
  if (document.read(json, kMaxInputDepth) || find_repeated_name(document.root(), repeated)) {
    return {{"malformed", repeated}};
  }
  Effort effort(JsonSchema::kMaxEffort + JsonSchema::kEffortPerByte * json.size());
  return check_value(model, document.root(), JsonSchema::kMaxDetails, effort, conditions);
}

}  // namespace

JsonSchema::JsonSchema(std::unique_ptr<SchemaModel> model) : model_(std::move(model)) {}
JsonSchema::JsonSchema(JsonSchema&&) noexcept = default;
JsonSchema& JsonSchema::operator=(JsonSchema&&) noexcept = default;
JsonSchema::~JsonSchema() = default;

std::expected<JsonSchema, SchemaError> JsonSchema::compile(std::string_view text) {
  if (text.size() > kMaxText) {
    return std::unexpected(
        SchemaError{"the schema has more than " + std::to_string(kMaxText) + " bytes", ""});
  }
  auto model = std::make_unique<SchemaModel>();
  model->text = text;
  if (const auto error = model->document.read(model->text, kMaxDepth)) {
    return std::unexpected(SchemaError{
        "malformed JSON at byte " + std::to_string(error->offset) + ": " + error->what, ""});
  }
  std::string name;
  if (const JsonValue* object = find_repeated_name(model->document.root(), name)) {
    return std::unexpected(SchemaError{"the key \"" + excerpt(name, 64, 64) + "\" appears twice",
                                       pointer_to(model->document.root(), *object)});
  }
  if (auto problem = build_schema(*model)) {
    return std::unexpected(
        SchemaError{std::move(problem->message), pointer_to(model->document.root(), *problem->at)});
  }
  return JsonSchema(std::move(model));
}

std::vector<ErrorDetail> JsonSchema::check(std::string_view json) const {
  return check_text(*model_, json, Conditions::kHold);
}

std::vector<ErrorDetail> JsonSchema::check_without_conditions(std::string_view json) const {
  return check_text(*model_, json, Conditions::kPass);
}

bool JsonSchema::conditional() const {
  return model_->conditional;
}

std::optional<JsonType> JsonSchema::type_of(std::string_view member) const {
  return type_of_member(model_->document.root(), member);
}

std::optional<JsonType> JsonSchema::certain_type_of(std::string_view member) const {
  return certain_type_of_member(model_->document.root(), member);
}

bool JsonSchema::knows(std::string_view member) const {
  return knows_member(model_->document.root(), member);
}

std::vector<std::string> JsonSchema::required() const {
  return required_members(model_->document.root());
}

}  // namespace dataaction
