#include "core/contract/contract.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "core/base/excerpt.h"
#include "core/contract/json_document.h"
#include "core/contract/json_pointer.h"
#include "core/contract/json_position.h"

namespace dataaction {
namespace {

constexpr size_t kLevelsAroundSchema = 3;

// Whether a schema says that objects are not of its type.
bool excludes_objects(const JsonSchema& schema) {
  return std::ranges::any_of(schema.check("{}"), [](const ErrorDetail& detail) {
    return detail.field.empty() && (detail.code == "type" || detail.code == "false");
  });
}

// 0 if it is none that can be kept.
unsigned whole_number(const JsonValue& number) {
  const JsonValue::Number value = number.number();
  const bool fits = value >= 1 && value <= std::numeric_limits<unsigned>::max();
  return number.is_written_whole() && fits ? static_cast<unsigned>(value) : 0;
}

}  // namespace

class ContractReader {
 public:
  explicit ContractReader(std::string_view text) : text_(text) {}

  std::expected<Contract, ContractError> read() {
    if (text_.size() > Contract::kMaxText) {
      return std::unexpected(ContractError{
          "the contract has more than " + std::to_string(Contract::kMaxText) + " bytes", ""});
    }
    if (!read_json()) return std::unexpected(std::move(error_));
    auto input = schema("input", "inputSchema");
    if (!input) return std::unexpected(std::move(error_));
    auto output = schema("output", "successSchema");
    if (!output) return std::unexpected(std::move(error_));
    Contract contract(std::move(*input), std::move(*output));
    if (!read_names(contract) || !read_config(contract)) return std::unexpected(std::move(error_));
    contract.contract_text_ = *find_json(text_, "/contract");
    contract.config_text_ = find_json(text_, "/config").value_or("");
    return contract;
  }

 private:
  bool fail(std::string pointer, std::string message) {
    const auto found = find_json(text_, pointer);
    const auto offset = found ? static_cast<size_t>(found->data() - text_.data()) : 0;
    error_ = {std::move(message), std::move(pointer), line_at(text_, offset)};
    return false;
  }

  bool read_json() {
    if (const auto error = document_.read(text_, JsonSchema::kMaxDepth + kLevelsAroundSchema)) {
      error_ = {"malformed JSON: " + error->what, "", line_at(text_, error->offset)};
      return false;
    }
    std::string name;
    if (const JsonValue* object = find_repeated_name(document_.root(), name)) {
      return fail(pointer_to(document_.root(), *object),
                  "the key \"" + excerpt(name, 64, 64) + "\" appears twice");
    }
    return document_.root().is_object() || fail("", "the contract must be an object");
  }

  // The member `name` of the object at `pointer`, which it becomes the pointer of. An error, and
  // nullptr, if a required one is missing or it is not of the type that `is_type` wants.
  const JsonValue* member(const JsonValue& object, std::string& pointer, std::string_view name,
                          bool required, bool (JsonValue::*is_type)() const,
                          std::string_view type) {
    const JsonValue* value = find_member(object, name);
    if (value == nullptr) {
      if (required) fail(pointer, "\"" + std::string(name) + "\" is missing");
      return nullptr;
    }
    append_pointer_token(pointer, name);
    if ((value->*is_type)()) return value;
    fail(pointer, "\"" + std::string(name) + "\" must be " + std::string(type));
    return nullptr;
  }
  const JsonValue* object(const JsonValue& in, std::string& pointer, std::string_view name,
                          bool required) {
    return member(in, pointer, name, required, &JsonValue::is_object, "an object");
  }

  std::optional<JsonSchema> schema(std::string_view side, std::string_view name) {
    std::string pointer;
    const JsonValue* at = object(document_.root(), pointer, "contract", true);
    if (at != nullptr) at = object(*at, pointer, side, true);
    if (at != nullptr) at = object(*at, pointer, name, true);
    if (at == nullptr) return std::nullopt;
    auto schema = JsonSchema::compile(*find_json(text_, pointer));
    if (!schema) {
      fail(pointer + schema.error().pointer, std::move(schema.error().message));
      return std::nullopt;
    }
    if (excludes_objects(*schema)) {
      fail(pointer, "the schema must be of objects: its type must be \"object\"");
      return std::nullopt;
    }
    return std::move(*schema);
  }

  bool string(const JsonValue& in, std::string pointer, std::string_view name, bool required,
              std::string& out) {
    const JsonValue* value = member(in, pointer, name, required, &JsonValue::is_string, "a string");
    if (value == nullptr) return !failed();
    out = value->text();
    return !out.empty() || fail(pointer, "\"" + std::string(name) + "\" is empty");
  }

  bool read_names(Contract& contract) {
    return string(document_.root(), "", "name", true, contract.name_) &&
           string(document_.root(), "", "category", true, contract.category_);
  }

  bool read_config(Contract& contract) {
    std::string pointer;
    const JsonValue* config = object(document_.root(), pointer, "config", false);
    if (config == nullptr) return !failed();
    std::string timeout_pointer = pointer;
    if (const JsonValue* timeout = member(*config, timeout_pointer, "timeoutSeconds", false,
                                          &JsonValue::is_number, "a whole number, 1 or more")) {
      contract.timeout_seconds_ = whole_number(*timeout);
      if (contract.timeout_seconds_ == 0) {
        return fail(timeout_pointer, "\"timeoutSeconds\" must be a whole number, 1 or more");
      }
    }
    if (failed()) return false;
    const JsonValue* request = object(*config, pointer, "request", false);
    if (request == nullptr) return !failed();
    return string(*request, pointer, "requestUrlTemplate", false, contract.request_url_) &&
           string(*request, pointer, "requestType", false, contract.request_type_);
  }

  bool failed() const { return !error_.message.empty(); }

  std::string_view text_;
  JsonDocument document_;
  ContractError error_;
};

std::expected<Contract, ContractError> Contract::parse(std::string_view text) {
  return ContractReader(text).read();
}

}  // namespace dataaction
