#include "core/contract/schema_builder.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

#include "core/contract/json_compare.h"
#include "core/contract/schema_reader.h"
#include "core/json/json_type.h"

namespace dataaction {
namespace {

using valijson::Subschema;
namespace constraints = valijson::constraints;
using constraints::TypeConstraint;

// In the order of JsonType.
constexpr std::array kTypes = {
    TypeConstraint::kNull,   TypeConstraint::kBoolean, TypeConstraint::kInteger,
    TypeConstraint::kNumber, TypeConstraint::kString,  TypeConstraint::kArray,
    TypeConstraint::kObject,
};

constexpr double kMaxCount = 9'007'199'254'740'992;  // 2^53; no text is as long

class SchemaBuilder : private SchemaReader {
 public:
  using SchemaReader::SchemaReader;

  std::optional<SchemaProblem> build() {
    if (!read_draft() || !build_all()) return std::move(problem_);
    return graph_.check_in_place();
  }

 private:
  // A keyword and its value; false after fail().
  using Handler = bool (SchemaBuilder::*)(std::string_view, const JsonValue&);
  struct Keyword {
    std::string_view name;
    Draft since;
    Handler handler;
  };
  static std::span<const Keyword> keywords();

  bool read_draft() {
    const JsonValue& root = model_.document.root();
    const JsonValue* name = root.is_object() ? find_member(root, "$schema") : nullptr;
    if (name == nullptr) return true;
    if (!name->is_string()) return must_be(*name, "$schema", "a string");
    std::string_view uri = name->text();
    if (uri.ends_with('#')) uri.remove_suffix(1);
    for (const std::string_view scheme : {"http://", "https://"}) {
      if (!uri.starts_with(scheme)) continue;
      uri.remove_prefix(scheme.size());
      break;
    }
    if (uri == "json-schema.org/draft-04/schema") return true;
    if (uri != "json-schema.org/draft-07/schema") {
      return fail(*name, "$schema " + quoted_excerpt(name->text()) +
                             " is neither draft-04 nor draft-07 of JSON Schema");
    }
    model_.draft = Draft::k07;
    return true;
  }

  bool build_all() {
    const JsonValue& root = model_.document.root();
    model_.root = child("the schema", root);
    if (model_.root == nullptr) return false;
    // Beside a `$ref` nothing has a meaning, but this is where references lead.
    if (root.is_object() && find_member(root, "$ref") != nullptr) {
      const JsonValue* shared = find_member(root, "definitions");
      if (shared != nullptr && !schemas("definitions", *shared)) return false;
    }
    for (at_ = 0; at_ < graph_.size(); ++at_) {
      if (!build_one(*graph_[at_].value)) return false;
    }
    return true;
  }

  bool build_one(const JsonValue& schema) {
    if (schema.is_bool()) {
      if (schema.is_false()) model_.schema.setAlwaysInvalid(graph_[at_].subschema, true);
      return true;
    }
    for (const JsonValue& member : schema.children()) {
      const std::string_view name = member.name();
      const auto keyword = std::ranges::find(keywords(), name, &Keyword::name);
      if (keyword == keywords().end() || keyword->since > model_.draft) continue;
      if (!(this->*keyword->handler)(name, member)) return false;
    }
    return properties(schema) && items(schema) && bounds(schema) && condition(schema);
  }

  // --- keywords that stand alone ---

  bool string(std::string_view keyword, const JsonValue& value) {
    return value.is_string() || must_be(value, keyword, "a string");
  }

  bool schema(std::string_view keyword, const JsonValue& value) {
    return child(keyword, value) != nullptr;
  }

  bool schemas(std::string_view keyword, const JsonValue& value) {
    return each_schema(keyword, value,
                       [](const std::string&, const JsonValue&, const Subschema*) { return true; });
  }

  bool boolean_or_schema(std::string_view keyword, const JsonValue& value) {
    return value.is_bool() || schema(keyword, value);
  }

  bool type(std::string_view keyword, const JsonValue& value) {
    TypeConstraint constraint;
    const auto add_type = [&](const JsonValue& text) {
      const auto type = json_type(text.text());
      if (!type) {
        return fail(text, "there is no type " + quoted_excerpt(text.text()) +
                              ": null, boolean, integer, number, string, array and object are");
      }
      constraint.addNamedType(kTypes[static_cast<size_t>(*type)]);
      return true;
    };
    if (value.is_string()) return add_type(value) && add(constraint);
    if (!value.is_array() || value.size() == 0) {
      return must_be(value, keyword, "a string or an array of strings that is not empty");
    }
    return each_string(keyword, value, add_type) && add(constraint);
  }

  bool enumeration(std::string_view keyword, const JsonValue& value) {
    if (!value.is_array() || value.size() == 0) {
      return must_be(value, keyword, "an array that is not empty");
    }
    return allowed(keyword, value.children());
  }

  bool constant(std::string_view keyword, const JsonValue& value) {
    return allowed(keyword, {&value, 1});
  }

  bool allowed(std::string_view keyword, std::span<const JsonValue> values) {
    constraints::EnumConstraint constraint;
    constraint.addValue(AllowedValues(values, keyword));
    return add(constraint);
  }

  template <typename Constraint, void (Constraint::*set)(uint64_t)>
  bool count(std::string_view keyword, const JsonValue& value) {
    if (!value.is_number() || !is_whole(value) || value.real() < 0 || value.real() > kMaxCount) {
      return must_be(value, keyword, "a whole number, 0 or more");
    }
    Constraint constraint;
    (constraint.*set)(static_cast<uint64_t>(value.real()));
    return add(constraint);
  }

  bool multiple_of(std::string_view keyword, const JsonValue& value) {
    if (!value.is_number() || value.real() <= 0) {
      return must_be(value, keyword, "a number greater than 0");
    }
    if (value.is_written_whole() && value.number() <= std::numeric_limits<int64_t>::max()) {
      constraints::MultipleOfIntConstraint constraint;
      constraint.setDivisor(static_cast<int64_t>(value.number()));
      return add(constraint);
    }
    constraints::MultipleOfDoubleConstraint constraint;
    constraint.setDivisor(value.real());
    return add(constraint);
  }

  bool expression(std::string_view keyword, const JsonValue& value) {
    if (!string(keyword, value) || !compile_pattern(value.text(), value)) return false;
    constraints::PatternConstraint constraint;
    constraint.setPattern(std::string(value.text()));
    return add(constraint);
  }

  bool format(std::string_view keyword, const JsonValue& value) {
    if (!string(keyword, value)) return false;
    constraints::FormatConstraint constraint;
    constraint.setFormat(std::string(value.text()));
    return add(constraint);
  }

  bool unique_items(std::string_view keyword, const JsonValue& value) {
    if (!value.is_bool()) return must_be(value, keyword, "a boolean");
    return value.is_false() || add(constraints::UniqueItemsConstraint());
  }

  bool required(std::string_view keyword, const JsonValue& value) {
    constraints::RequiredConstraint constraint;
    return each_string(keyword, value,
                       [&](const JsonValue& text) {
                         constraint.addRequiredProperty(std::string(text.text()));
                         return true;
                       }) &&
           add(constraint);
  }

  bool dependencies(std::string_view keyword, const JsonValue& value) {
    if (!value.is_object()) return must_be(value, keyword, "an object");
    constraints::DependenciesConstraint constraint;
    for (const JsonValue& member : value.children()) {
      if (!name(member.name(), member)) return false;
      const std::string on(member.name());
      if (member.is_array()) {
        const auto take = [&](const JsonValue& text) {
          constraint.addPropertyDependency(on, std::string(text.text()));
          return true;
        };
        if (!each_string(keyword, member, take)) return false;
      } else if (const Subschema* schema = in_place(keyword, member)) {
        constraint.addSchemaDependency(on, schema);
      } else {
        return false;
      }
    }
    return add(constraint);
  }

  template <typename Constraint>
  bool combination(std::string_view keyword, const JsonValue& value) {
    if (!value.is_array() || value.size() == 0) {
      return must_be(value, keyword, "an array of schemas that is not empty");
    }
    Constraint constraint;
    for (const JsonValue& element : value.children()) {
      const Subschema* schema = in_place(keyword, element);
      if (schema == nullptr) return false;
      constraint.addSubschema(schema);
    }
    return add(constraint);
  }

  bool negation(std::string_view keyword, const JsonValue& value) {
    constraints::NotConstraint constraint;
    constraint.setSubschema(in_place(keyword, value));
    return constraint.getSubschema() != nullptr && add(constraint);
  }

  template <typename Constraint>
  bool of_parts(std::string_view keyword, const JsonValue& value) {
    Constraint constraint;
    constraint.setSubschema(child(keyword, value));
    return constraint.getSubschema() != nullptr && add(constraint);
  }

  // --- keywords that belong together ---

  bool properties(const JsonValue& schema) {
    const JsonValue* named = find_member(schema, "properties");
    const JsonValue* matching = find_member(schema, "patternProperties");
    const JsonValue* others = find_member(schema, "additionalProperties");
    if (named == nullptr && matching == nullptr && others == nullptr) return true;

    constraints::PropertiesConstraint constraint;
    constraint.setAdditionalPropertiesSubschema(model_.schema.emptySubschema());
    const auto add_named = [&](const std::string& name, const JsonValue&, const Subschema* child) {
      constraint.addPropertySubschema(name, child);
      return true;
    };
    if (named != nullptr && !each_schema("properties", *named, add_named)) return false;
    const auto add_matching = [&](const std::string& name, const JsonValue& at,
                                  const Subschema* child) {
      constraint.addPatternPropertySubschema(name, child);
      return compile_pattern(name, at);
    };
    if (matching != nullptr && !each_schema("patternProperties", *matching, add_matching)) {
      return false;
    }
    if (others != nullptr && !others->is_true()) {
      const Subschema* child =
          others->is_false() ? nullptr : this->child("additionalProperties", *others);
      if (child == nullptr && !others->is_false()) return false;
      constraint.setAdditionalPropertiesSubschema(child);
    }
    return add(constraint);
  }

  bool items(const JsonValue& schema) {
    const JsonValue* items = find_member(schema, "items");
    const JsonValue* others = find_member(schema, "additionalItems");
    if (others != nullptr && !boolean_or_schema("additionalItems", *others)) return false;
    if (items == nullptr) return true;
    if (!items->is_array()) {
      constraints::SingularItemsConstraint constraint;
      constraint.setItemsSubschema(child("items", *items));
      return constraint.getItemsSubschema() != nullptr && add(constraint);
    }
    constraints::LinearItemsConstraint constraint;
    for (const JsonValue& item : items->children()) {
      const Subschema* child = this->child("items", item);
      if (child == nullptr) return false;
      constraint.addItemSubschema(child);
    }
    if (others == nullptr || others->is_true()) {
      constraint.setAdditionalItemsSubschema(model_.schema.emptySubschema());
    } else if (!others->is_false()) {
      constraint.setAdditionalItemsSubschema(child("additionalItems", *others));
    }
    return add(constraint);
  }

  bool bounds(const JsonValue& schema) {
    using constraints::MaximumConstraint;
    using constraints::MinimumConstraint;
    return bound(schema, "maximum", "exclusiveMaximum",
                 [this](double limit, bool exclusive) {
                   MaximumConstraint constraint;
                   constraint.setMaximum(limit);
                   constraint.setExclusiveMaximum(exclusive);
                   return add(constraint);
                 }) &&
           bound(schema, "minimum", "exclusiveMinimum", [this](double limit, bool exclusive) {
             MinimumConstraint constraint;
             constraint.setMinimum(limit);
             constraint.setExclusiveMinimum(exclusive);
             return add(constraint);
           });
  }

  // draft-04 has a boolean beside the limit, draft-07 a second limit.
  template <typename Add>
  bool bound(const JsonValue& schema, std::string_view keyword, std::string_view exclusive_keyword,
             Add add_bound) {
    const JsonValue* limit = find_member(schema, keyword);
    const JsonValue* exclusive = find_member(schema, exclusive_keyword);
    if (limit != nullptr && !limit->is_number()) return must_be(*limit, keyword, "a number");
    if (exclusive != nullptr && draft_07()) {
      if (!exclusive->is_number()) return must_be(*exclusive, exclusive_keyword, "a number");
      if (!add_bound(exclusive->real(), true)) return false;
      exclusive = nullptr;
    }
    if (exclusive != nullptr) {
      if (!exclusive->is_bool())
        return must_be(*exclusive, exclusive_keyword, "a boolean in draft-04");
      if (limit == nullptr) {
        return fail(*exclusive, std::string(exclusive_keyword) + " needs " + std::string(keyword) +
                                    " beside it");
      }
    }
    return limit == nullptr ||
           add_bound(limit->real(), exclusive != nullptr && exclusive->is_true());
  }

  bool condition(const JsonValue& schema) {
    if (!draft_07()) return true;
    const auto part = [&](std::string_view keyword, const Subschema*& found) {
      const JsonValue* value = find_member(schema, keyword);
      if (value != nullptr) found = in_place(keyword, *value);
      return value == nullptr || found != nullptr;
    };
    const Subschema* condition = nullptr;
    const Subschema* then = nullptr;
    const Subschema* otherwise = nullptr;
    if (!part("if", condition) || !part("then", then) || !part("else", otherwise)) return false;
    if (condition == nullptr) return true;
    model_.conditional = true;
    constraints::ConditionalConstraint constraint;
    constraint.setIfSubschema(condition);
    constraint.setThenSubschema(then);
    constraint.setElseSubschema(otherwise);
    return add(constraint);
  }
};

std::span<const SchemaBuilder::Keyword> SchemaBuilder::keywords() {
  static constexpr Keyword kKeywords[] = {
      {"id", Draft::k04, &SchemaBuilder::string},
      {"title", Draft::k04, &SchemaBuilder::string},
      {"description", Draft::k04, &SchemaBuilder::string},
      {"definitions", Draft::k04, &SchemaBuilder::schemas},
      {"type", Draft::k04, &SchemaBuilder::type},
      {"enum", Draft::k04, &SchemaBuilder::enumeration},
      {"format", Draft::k04, &SchemaBuilder::format},
      {"pattern", Draft::k04, &SchemaBuilder::expression},
      {"multipleOf", Draft::k04, &SchemaBuilder::multiple_of},
      {"uniqueItems", Draft::k04, &SchemaBuilder::unique_items},
      {"required", Draft::k04, &SchemaBuilder::required},
      {"dependencies", Draft::k04, &SchemaBuilder::dependencies},
      {"not", Draft::k04, &SchemaBuilder::negation},
      {"allOf", Draft::k04, &SchemaBuilder::combination<constraints::AllOfConstraint>},
      {"anyOf", Draft::k04, &SchemaBuilder::combination<constraints::AnyOfConstraint>},
      {"oneOf", Draft::k04, &SchemaBuilder::combination<constraints::OneOfConstraint>},
      {"maxItems", Draft::k04,
       &SchemaBuilder::count<constraints::MaxItemsConstraint,
                             &constraints::MaxItemsConstraint::setMaxItems>},
      {"minItems", Draft::k04,
       &SchemaBuilder::count<constraints::MinItemsConstraint,
                             &constraints::MinItemsConstraint::setMinItems>},
      {"maxLength", Draft::k04,
       &SchemaBuilder::count<constraints::MaxLengthConstraint,
                             &constraints::MaxLengthConstraint::setMaxLength>},
      {"minLength", Draft::k04,
       &SchemaBuilder::count<constraints::MinLengthConstraint,
                             &constraints::MinLengthConstraint::setMinLength>},
      {"maxProperties", Draft::k04,
       &SchemaBuilder::count<constraints::MaxPropertiesConstraint,
                             &constraints::MaxPropertiesConstraint::setMaxProperties>},
      {"minProperties", Draft::k04,
       &SchemaBuilder::count<constraints::MinPropertiesConstraint,
                             &constraints::MinPropertiesConstraint::setMinProperties>},
      {"$id", Draft::k07, &SchemaBuilder::string},
      {"$comment", Draft::k07, &SchemaBuilder::string},
      {"const", Draft::k07, &SchemaBuilder::constant},
      {"contains", Draft::k07, &SchemaBuilder::of_parts<constraints::ContainsConstraint>},
      {"propertyNames", Draft::k07, &SchemaBuilder::of_parts<constraints::PropertyNamesConstraint>},
  };
  return kKeywords;
}

}  // namespace

std::optional<SchemaProblem> build_schema(SchemaModel& model) {
  return SchemaBuilder(model).build();
}

}  // namespace dataaction
