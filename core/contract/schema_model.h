// A schema in the form in which it is checked: valijson's model of schemas and constraints, made by
// schema_builder.h, read by schema_checker.h.
//
// valijson's own parser and validator are not used. The validator runs std::regex, which recurses
// as deep as a string is long, for `pattern`, `patternProperties` and `format`, and compares every
// two elements for `uniqueItems`; the parser runs std::regex on `id`, recurses without end on
// some references, and reports no place. Neither's header is included.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <valijson/constraints/concrete_constraints.hpp>
#include <valijson/schema.hpp>

#include "core/contract/json_compare.h"
#include "core/contract/json_document.h"
#include "core/contract/pattern.h"

namespace dataaction {

enum class Draft : uint8_t { k04, k07 };

// The values of an `enum` or a `const`, as the one value of an EnumConstraint: valijson would keep
// copies and compare with each, and its ConstConstraint takes values of its own adapters alone.
class AllowedValues : public valijson::adapters::FrozenValue {
 public:
  // `values` outlive it.
  AllowedValues(std::span<const JsonValue> values, std::string_view keyword)
      : values_(std::make_shared<ValueSet>(values)), keyword_(keyword) {}

  const ValueSet& values() const { return *values_; }
  std::string_view keyword() const { return keyword_; }

  FrozenValue* clone() const override { return new AllowedValues(*this); }
  // For valijson's validator, which is not here.
  bool equalTo(const valijson::adapters::Adapter&, bool) const override { return false; }

 private:
  std::shared_ptr<const ValueSet> values_;
  std::string_view keyword_;
};

struct SchemaModel {
  std::string text;
  JsonDocument document;  // of the text
  Draft draft = Draft::k04;
  bool conditional = false;                              // it has an `if`, and the draft knows that
  std::map<std::string, Pattern, std::less<>> patterns;  // by their text
  valijson::Schema schema;                               // owns all that follow
  const valijson::Subschema* root = nullptr;
};

}  // namespace dataaction
