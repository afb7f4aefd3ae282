#include "core/contract/query_input.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "core/base/excerpt.h"
#include "core/base/percent_encoding.h"
#include "core/base/utf8.h"
#include "core/json/json_object.h"
#include "core/json/json_reader.h"

namespace dataaction {
namespace {

constexpr size_t kMaxName = 256;  // bytes of a name in a message

struct Field {
  std::string name;
  std::vector<std::string> values;
};

ErrorReply malformed(std::string message) {
  return {400, 0, "dataaction.request.malformed", std::move(message)};
}

ErrorReply wrong_type(std::string_view name, std::string_view what) {
  std::string field(name);
  if (field.size() > kMaxName) field = excerpt(field, kMaxName, kMaxName);
  const ErrorDetail detail{std::string(kContractRule) + "type", field};
  return {422, 0, "dataaction.request.invalid", field + ' ' + std::string(what), {detail}};
}

bool is_utf8(std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p < end) {
    const Utf8Sequence sequence = read_utf8(p, end);
    if (!sequence.valid) return false;
    p += sequence.size;
  }
  return true;
}

std::expected<std::string, ErrorReply> decoded(std::string_view text) {
  auto out = percent_decoded(text, ' ');
  if (!out) {
    return std::unexpected(
        malformed("the query string has a % without two hexadecimal digits after it"));
  }
  if (!is_utf8(*out)) return std::unexpected(malformed("the query string is not UTF-8"));
  return std::move(*out);
}

std::expected<std::vector<Field>, ErrorReply> read_fields(std::string_view args) {
  std::vector<Field> fields;
  std::map<std::string, size_t> places;
  size_t count = 0;
  while (!args.empty()) {
    const std::string_view pair = args.substr(0, args.find('&'));
    args.remove_prefix(std::min(args.size(), pair.size() + 1));
    if (pair.empty()) continue;
    if (++count > kMaxQueryFields) {
      return std::unexpected(malformed("the query string has more than " +
                                       std::to_string(kMaxQueryFields) + " fields"));
    }
    const size_t equals = std::min(pair.find('='), pair.size());
    auto name = decoded(pair.substr(0, equals));
    if (!name) return std::unexpected(std::move(name.error()));
    auto value = decoded(pair.substr(std::min(pair.size(), equals + 1)));
    if (!value) return std::unexpected(std::move(value.error()));
    const auto [found, added] = places.try_emplace(*name, fields.size());
    if (added) fields.push_back({std::move(*name), {}});
    fields[found->second].values.push_back(std::move(*value));
  }
  return fields;
}

bool is_number(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !text.empty() && (is_digit(text.front()) || text.front() == '-') &&
         is_digit(text.back()) && !JsonChecker().check(text);
}

// False if `text` does not say a value of `type`.
bool append_value(std::string& out, std::string_view text, JsonType type) {
  switch (type) {
    case JsonType::kString:
      append_json_string(out, text);
      return true;
    case JsonType::kInteger:  // which numbers are, the schema says
    case JsonType::kNumber:
      out += text;
      return is_number(text);
    case JsonType::kBoolean:
      out += text;
      return text == "true" || text == "false";
    case JsonType::kNull:
      out += text;
      return text == "null";
    default:
      return false;
  }
}

constexpr std::string_view type_text(JsonType type) {
  switch (type) {
    case JsonType::kInteger:
      return "a whole number";
    case JsonType::kNumber:
      return "a number";
    case JsonType::kBoolean:
      return "true or false";
    case JsonType::kNull:
      return "null";
    default:
      return "a string";
  }
}

// The type of a member whose name is not to be taken for a path.
std::optional<JsonType> type_of(const JsonSchema& schema, std::string_view name,
                                std::string_view suffix = "") {
  if (name.empty() || name.find_first_of(".[") != std::string_view::npos) return std::nullopt;
  return schema.type_of(std::string(name).append(suffix));
}

std::optional<ErrorReply> append_field(std::string& out, const Field& field,
                                       const JsonSchema& schema) {
  JsonType type = type_of(schema, field.name).value_or(JsonType::kString);
  const bool array = type == JsonType::kArray;
  if (array) type = type_of(schema, field.name, "[]").value_or(JsonType::kString);
  if (type == JsonType::kObject || type == JsonType::kArray) {
    return wrong_type(field.name, "cannot be given in a query string");
  }
  if (!array && field.values.size() > 1) {
    return wrong_type(field.name, "must not appear more than once");
  }
  if (array) out += '[';
  for (const std::string& value : field.values) {
    if (&value != &field.values.front()) out += ',';
    if (!append_value(out, value, type)) {
      return wrong_type(field.name, "must be " + std::string(type_text(type)));
    }
  }
  if (array) out += ']';
  return std::nullopt;
}

}  // namespace

std::expected<std::string, ErrorReply> read_query_input(std::string_view args,
                                                        const JsonSchema& schema) {
  const auto fields = read_fields(args);
  if (!fields) return std::unexpected(fields.error());
  std::string out;
  {
    JsonObject object(out);
    for (const Field& field : *fields) {
      if (auto refused = append_field(object.key(field.name), field, schema)) {
        return std::unexpected(std::move(*refused));
      }
    }
  }
  return out;
}

}  // namespace dataaction
