// The types of JSON Schema (draft-07 core, section 4.2.1, and `integer`).

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace dataaction {

enum class JsonType : uint8_t { kNull, kBoolean, kInteger, kNumber, kString, kArray, kObject };

// By its name in `type`.
constexpr std::optional<JsonType> json_type(std::string_view name) {
  if (name == "null") return JsonType::kNull;
  if (name == "boolean") return JsonType::kBoolean;
  if (name == "integer") return JsonType::kInteger;
  if (name == "number") return JsonType::kNumber;
  if (name == "string") return JsonType::kString;
  if (name == "array") return JsonType::kArray;
  if (name == "object") return JsonType::kObject;
  return std::nullopt;
}

}  // namespace dataaction
