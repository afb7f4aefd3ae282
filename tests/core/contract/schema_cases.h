// What tests of schemas ask: is this wrong, and under which keyword, where?

#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/contract/json_schema.h"

namespace dataaction {

inline JsonSchema compiled(std::string_view schema) {
  auto result = JsonSchema::compile(schema);
  if (!result) {
    ADD_FAILURE() << schema << "\n" << result.error().pointer << ": " << result.error().message;
    result = JsonSchema::compile("{}");
  }
  return std::move(*result);
}

// `schema` as draft-07.
inline std::string as_07(std::string_view schema) {
  std::string out = R"({"$schema":"http://json-schema.org/draft-07/schema#")";
  if (schema != "{}") out += ',';
  return out + std::string(schema.substr(1));
}

// "required name; type items[3]"; empty: nothing is wrong.
inline std::string wrongs(const JsonSchema& schema, std::string_view json) {
  std::string out;
  for (const ErrorDetail& detail : schema.check(json)) {
    if (!out.empty()) out += "; ";
    out += detail.code + (detail.field.empty() ? "" : " " + detail.field);
  }
  return out;
}
inline std::string wrongs(std::string_view schema, std::string_view json) {
  return wrongs(compiled(schema), json);
}

}  // namespace dataaction
