#include "core/contract/schema_reader.h"

#include <vector>

#include "core/base/excerpt.h"

namespace dataaction {

std::string quoted_excerpt(std::string_view text) {
  return '"' + excerpt(text, 128, 128) + '"';
}

bool SchemaReader::fail(const JsonValue& at, std::string message) {
  problem_ = SchemaProblem{std::move(message), &at};
  return false;
}

bool SchemaReader::must_be(const JsonValue& at, std::string_view keyword, std::string_view what) {
  return fail(at, std::string(keyword) + " must be " + std::string(what));
}

const valijson::Subschema* SchemaReader::child(std::string_view keyword, const JsonValue& value) {
  const auto place = node(keyword, value);
  return place ? graph_[*place].subschema : nullptr;
}

const valijson::Subschema* SchemaReader::in_place(std::string_view keyword,
                                                  const JsonValue& value) {
  const auto place = node(keyword, value);
  if (!place) return nullptr;
  graph_.apply_in_place(at_, *place);
  return graph_[*place].subschema;
}

std::optional<size_t> SchemaReader::node(std::string_view keyword, const JsonValue& value) {
  auto place = graph_.add(value);
  if (!place) {
    problem_ = std::move(place.error());
    return std::nullopt;
  }
  const JsonValue& schema = *graph_[*place].value;
  if (!schema.is_object() && !(draft_07() && schema.is_bool())) {
    must_be(schema, keyword, draft_07() ? "a schema: an object or a boolean" : "an object");
    return std::nullopt;
  }
  return *place;
}

bool SchemaReader::name(std::string_view text, const JsonValue& at) {
  return !text.contains('\0') || fail(at, "a name with NUL in it");
}

bool SchemaReader::strings(std::string_view keyword, const JsonValue& value) {
  if (!value.is_array()) return must_be(value, keyword, "an array of strings");
  std::vector<std::string_view> seen;
  for (const JsonValue& element : value.children()) {
    if (!element.is_string()) return must_be(element, keyword, "an array of strings");
    if (!name(element.text(), element)) return false;
    seen.push_back(element.text());
  }
  std::ranges::sort(seen);
  const auto twice = std::ranges::adjacent_find(seen);
  return twice == seen.end() ||
         fail(value, std::string(keyword) + " has " + quoted_excerpt(*twice) + " twice");
}

bool SchemaReader::compile_pattern(std::string_view text, const JsonValue& at) {
  if (text.contains('\0')) return fail(at, "a regular expression with NUL in it");
  if (model_.patterns.contains(text)) return true;
  auto compiled = Pattern::compile(text);
  if (!compiled) {
    return fail(at, "the regular expression " + quoted_excerpt(text) +
                        " does not compile: " + compiled.error());
  }
  model_.patterns.try_emplace(std::string(text), std::move(*compiled));
  return true;
}

}  // namespace dataaction
