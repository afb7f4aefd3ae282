// What keywords have as values: schemas, lists of strings, regular expressions. The ground on which
// schema_builder.cpp stands; functions are false or nullptr after fail().

#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/contract/schema_graph.h"
#include "core/contract/schema_model.h"

namespace dataaction {

// Text from a schema in a message.
std::string quoted_excerpt(std::string_view text);

class SchemaReader {
 public:
  explicit SchemaReader(SchemaModel& model) : model_(model), graph_(model) {}

 protected:
  using Subschema = valijson::Subschema;

  bool draft_07() const { return model_.draft == Draft::k07; }

  bool fail(const JsonValue& at, std::string message);
  bool must_be(const JsonValue& at, std::string_view keyword, std::string_view what);

  // A constraint of the present schema.
  template <typename Constraint>
  bool add(const Constraint& constraint) {
    model_.schema.addConstraintToSubschema(constraint, graph_[at_].subschema);
    return true;
  }

  // The schema that a keyword has as its value, or among its values.
  const Subschema* child(std::string_view keyword, const JsonValue& value);
  // The same for a schema of the value that the present schema is of.
  const Subschema* in_place(std::string_view keyword, const JsonValue& value);

  // A name that can be kept: valijson's are C strings.
  bool name(std::string_view text, const JsonValue& at);

  // Each member of an object of schemas.
  template <typename Take>
  bool each_schema(std::string_view keyword, const JsonValue& value, Take take) {
    if (!value.is_object()) return must_be(value, keyword, "an object of schemas");
    return std::ranges::all_of(value.children(), [&](const auto& member) {
      if (!name(member.name(), member)) return false;
      const Subschema* schema = child(keyword, member);
      return schema != nullptr && take(std::string(member.name()), member, schema);
    });
  }

  // Strings without repetition; an empty list is allowed, as the platform's own templates have it.
  template <typename Take>
  bool each_string(std::string_view keyword, const JsonValue& value, Take take) {
    return strings(keyword, value) && std::ranges::all_of(value.children(), take);
  }

  // Keeps a regular expression compiled.
  bool compile_pattern(std::string_view text, const JsonValue& at);

  SchemaModel& model_;
  SchemaGraph graph_;
  size_t at_ = 0;  // the present schema: the node whose keywords are read
  std::optional<SchemaProblem> problem_;

 private:
  std::optional<size_t> node(std::string_view keyword, const JsonValue& value);
  bool strings(std::string_view keyword, const JsonValue& value);
};

}  // namespace dataaction
