#include "core/contract/schema_checker.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/excerpt.h"
#include "core/contract/format.h"
#include "core/contract/json_compare.h"
#include "core/contract/object_members.h"

namespace dataaction {
namespace {

using valijson::Subschema;
namespace constraints = valijson::constraints;

constexpr size_t kMaxField = 256;  // bytes of a place: names are the client's to choose
constexpr size_t kBytesPerUnit = 64;
constexpr size_t kMembersPerUnit = 8;  // that a name is held against

// Where a value is: a list on the stack, from the value to the root.
struct Place {
  const Place* parent = nullptr;
  std::string_view name = {};  // of a member; or else an element
  std::optional<size_t> index = std::nullopt;
};

void append_place(std::string& out, const Place& place) {
  if (place.parent == nullptr || out.size() > kMaxField) return;
  append_place(out, *place.parent);
  if (place.index) {
    out += '[' + std::to_string(*place.index) + ']';
  } else {
    if (!out.empty()) out += '.';
    out += place.name.substr(0, kMaxField + 1);
  }
}

uint64_t count_characters(std::string_view utf8) {
  return static_cast<uint64_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

template <typename String>
std::string_view view(const String& text) {
  return {text.data(), text.size()};
}

class SchemaChecker : private constraints::ConstraintVisitor {
 public:
  SchemaChecker(const SchemaModel& model, size_t max_details, Effort& effort, Conditions conditions)
      : model_(model),
        max_details_(max_details),
        effort_(effort),
        conditions_(conditions),
        search_(effort),
        visit_all_([this](const constraints::Constraint& constraint) {
          return effort_.spend(1) ? constraint.accept(*this) : give_up("effort");
        }) {}

  std::vector<ErrorDetail> check(const JsonValue& value) {
    const Place root;
    apply(*model_.root, value, root);
    if (given_up_ && details_.size() < max_details_) details_.push_back(std::move(*given_up_));
    return std::move(details_);
  }

 private:
  // --- schemas of values ---

  // The present value and its place, for as long as a schema is applied to it.
  struct Frame {
    const JsonValue* value;
    const Place* place;
  };

  bool apply(const Subschema& schema, const JsonValue& value, const Place& place) {
    const Frame outer = std::exchange(frame_, Frame{&value, &place});
    const bool good = apply_here(schema);
    frame_ = outer;
    return good;
  }
  bool apply_here(const Subschema& schema) {
    if (given_up_) return false;
    if (!effort_.spend(1)) return give_up("effort");
    if (schema.getAlwaysInvalid()) return wrong("false");
    return listening() ? schema.apply(visit_all_) : schema.applyStrict(visit_all_);
  }
  // The same for whether, and not for why not.
  bool fits(const Subschema& schema, const JsonValue& value) {
    ++quiet_;
    const bool good = apply(schema, value, *frame_.place);
    --quiet_;
    return good;
  }
  bool fits_here(const Subschema& schema) { return fits(schema, value()); }

  bool apply_to_member(const Subschema& schema, const ObjectMembers& members, size_t at) {
    return apply(schema, members.value(at), Place{frame_.place, members.name(at)});
  }
  bool apply_to_element(const Subschema& schema, size_t at) {
    return apply(schema, value().children()[at], Place{frame_.place, {}, at});
  }

  // --- what is found ---

  const JsonValue& value() const { return *frame_.value; }
  // Whether more is to be found after something was wrong.
  bool listening() const { return quiet_ == 0 && !given_up_ && details_.size() < max_details_; }

  ErrorDetail detail(std::string_view keyword, const Place& place) const {
    std::string field;
    append_place(field, place);
    if (field.size() > kMaxField) field = excerpt(field, kMaxField, kMaxField);
    return {std::string(keyword), std::move(field)};
  }
  bool wrong(std::string_view keyword) { return wrong(keyword, *frame_.place); }
  bool wrong(std::string_view keyword, const Place& place) {
    if (listening()) details_.push_back(detail(keyword, place));
    return false;
  }
  bool wrong_member(std::string_view keyword, std::string_view name) {
    return wrong(keyword, Place{frame_.place, name});
  }
  bool give_up(std::string_view keyword) {
    if (!given_up_) given_up_ = detail(keyword, *frame_.place);
    return false;
  }
  bool require(bool good, std::string_view keyword) { return good || wrong(keyword); }

  bool matches(std::string_view text, std::string_view pattern, std::string_view keyword) {
    const auto result = search_.search(model_.patterns.find(pattern)->second, text);
    if (result == PatternSearch::Result::kGaveUp) return give_up(keyword);
    return result == PatternSearch::Result::kFound;
  }

  // --- any type ---

  bool visit(const TypeConstraint& constraint) override {
    bool found = false;
    constraint.applyToNamedTypes([&](TypeConstraint::JsonType type) {
      found = is_type(type);
      return !found;
    });
    return require(found, "type");
  }
  bool is_type(TypeConstraint::JsonType type) const {
    switch (type) {
      case TypeConstraint::kNull:
        return value().is_null();
      case TypeConstraint::kBoolean:
        return value().is_bool();
      case TypeConstraint::kInteger:
        return value().is_number() && is_integer();
      case TypeConstraint::kNumber:
        return value().is_number();
      case TypeConstraint::kString:
        return value().is_string();
      case TypeConstraint::kArray:
        return value().is_array();
      case TypeConstraint::kObject:
        return value().is_object();
      default:
        return false;
    }
  }
  bool is_integer() const {
    return value().is_written_whole() || (model_.draft == Draft::k07 && is_whole(value()));
  }

  bool visit(const EnumConstraint& constraint) override {
    bool found = false;
    std::string_view keyword;
    constraint.applyToValues([&](const valijson::adapters::FrozenValue& frozen) {
      const auto& allowed = static_cast<const AllowedValues&>(frozen);
      keyword = allowed.keyword();
      found = allowed.values().contains(value(), effort_);
      return false;  // there is only one of these
    });
    if (effort_.exhausted()) return give_up(keyword);
    return require(found, keyword);
  }

  // --- combinations ---

  bool visit(const AllOfConstraint& constraint) override {
    bool good = true;
    constraint.applyToSubschemas([&](unsigned, const Subschema* schema) {
      good = apply_here(*schema) && good;
      return good || listening();
    });
    return good;
  }
  bool visit(const AnyOfConstraint& constraint) override {
    return require(count_fitting(constraint, 1) != 0, "anyOf");
  }
  bool visit(const OneOfConstraint& constraint) override {
    return require(count_fitting(constraint, 2) == 1, "oneOf");
  }
  // No more than `enough`.
  template <typename Constraint>
  size_t count_fitting(const Constraint& constraint, size_t enough) {
    size_t fitting = 0;
    constraint.applyToSubschemas([&](unsigned, const Subschema* schema) {
      fitting += fits_here(*schema) ? 1 : 0;
      return fitting < enough && !given_up_;
    });
    return fitting;
  }
  bool visit(const NotConstraint& constraint) override {
    return require(!fits_here(*constraint.getSubschema()), "not");
  }
  bool visit(const ConditionalConstraint& constraint) override {
    if (conditions_ == Conditions::kPass) return true;
    const Subschema* then = fits_here(*constraint.getIfSubschema()) ? constraint.getThenSubschema()
                                                                    : constraint.getElseSubschema();
    return then == nullptr || apply_here(*then);
  }

  // --- numbers ---

  bool visit(const MaximumConstraint& constraint) override {
    if (!value().is_number()) return true;
    const auto order = compare_numbers(value(), constraint.getMaximum());
    return constraint.getExclusiveMaximum() ? require(order < 0, "exclusiveMaximum")
                                            : require(order <= 0, "maximum");
  }
  bool visit(const MinimumConstraint& constraint) override {
    if (!value().is_number()) return true;
    const auto order = compare_numbers(value(), constraint.getMinimum());
    return constraint.getExclusiveMinimum() ? require(order > 0, "exclusiveMinimum")
                                            : require(order >= 0, "minimum");
  }
  bool visit(const MultipleOfIntConstraint& constraint) override {
    return multiple_of(static_cast<long double>(constraint.getDivisor()));
  }
  bool visit(const MultipleOfDoubleConstraint& constraint) override {
    return multiple_of(constraint.getDivisor());
  }
  bool multiple_of(long double divisor) {
    return !value().is_number() || require(is_multiple_of(value(), divisor), "multipleOf");
  }

  // --- strings ---

  bool visit(const MaxLengthConstraint& constraint) override {
    return !value().is_string() || require(length() <= constraint.getMaxLength(), "maxLength");
  }
  bool visit(const MinLengthConstraint& constraint) override {
    return !value().is_string() || require(length() >= constraint.getMinLength(), "minLength");
  }
  uint64_t length() {
    effort_.spend(value().size() / kBytesPerUnit);
    return count_characters(value().text());
  }
  bool visit(const PatternConstraint& constraint) override {
    if (!value().is_string()) return true;
    const auto pattern = constraint.getPattern<std::allocator<char>>();
    return matches(value().text(), pattern, "pattern") || wrong("pattern");
  }
  bool visit(const FormatConstraint& constraint) override {
    return !value().is_string() ||
           require(has_format(value().text(), constraint.getFormat()), "format");
  }

  // --- arrays ---

  bool visit(const MaxItemsConstraint& constraint) override {
    return !value().is_array() || require(value().size() <= constraint.getMaxItems(), "maxItems");
  }
  bool visit(const MinItemsConstraint& constraint) override {
    return !value().is_array() || require(value().size() >= constraint.getMinItems(), "minItems");
  }
  bool visit(const UniqueItemsConstraint&) override {
    if (!value().is_array()) return true;
    const auto repeated = find_repeated_element(value(), effort_);
    if (effort_.exhausted()) return give_up("uniqueItems");
    return !repeated || wrong("uniqueItems", Place{frame_.place, {}, repeated});
  }
  bool visit(const ContainsConstraint& constraint) override {
    if (!value().is_array()) return true;
    const bool found = std::ranges::any_of(value().children(), [&](const JsonValue& element) {
      return fits(*constraint.getSubschema(), element);
    });
    return require(found, "contains");
  }
  bool visit(const SingularItemsConstraint& constraint) override {
    return !value().is_array() || elements_from(0, *constraint.getItemsSubschema());
  }
  bool visit(const LinearItemsConstraint& constraint) override {
    if (!value().is_array()) return true;
    bool good = true;
    constraint.applyToItemSubschemas([&](unsigned at, const Subschema* schema) {
      if (at >= value().size()) return false;
      good = apply_to_element(*schema, at) && good;
      return good || listening();
    });
    const size_t count = constraint.getItemSubschemaCount();
    if (value().size() <= count || !(good || listening())) return good;
    const Subschema* others = constraint.getAdditionalItemsSubschema();
    if (others == nullptr) return wrong("additionalItems", Place{frame_.place, {}, count});
    return elements_from(count, *others) && good;
  }
  bool elements_from(size_t first, const Subschema& schema) {
    bool good = true;
    for (size_t i = first; i < value().size() && (good || listening()); ++i) {
      good = apply_to_element(schema, i) && good;
    }
    return good;
  }

  // --- objects ---

  bool visit(const MaxPropertiesConstraint& constraint) override {
    return !value().is_object() ||
           require(value().size() <= constraint.getMaxProperties(), "maxProperties");
  }
  bool visit(const MinPropertiesConstraint& constraint) override {
    return !value().is_object() ||
           require(value().size() >= constraint.getMinProperties(), "minProperties");
  }
  bool visit(const RequiredConstraint& constraint) override {
    if (!value().is_object()) return true;
    bool good = true;
    const auto members = open_object();
    constraint.applyToRequiredProperties([&](const auto& name) {
      if (!find(members, view(name))) good = wrong_member("required", view(name));
      return good || listening();
    });
    return good;
  }
  bool visit(const PropertiesConstraint& constraint) override {
    if (!value().is_object()) return true;
    bool good = true;
    const auto members = open_object();
    std::vector<bool> known(members.size());
    constraint.applyToProperties([&](const auto& name, const Subschema* schema) {
      const auto at = find(members, view(name));
      if (!at) return !given_up_;
      known[*at] = true;
      good = apply_to_member(*schema, members, *at) && good;
      return good || listening();
    });
    constraint.applyToPatternProperties([&](const auto& pattern, const Subschema* schema) {
      for (size_t i = 0; i < members.size() && (good || listening()); ++i) {
        if (!matches(members.name(i), view(pattern), "patternProperties")) {
          if (given_up_) good = false;
          continue;
        }
        known[i] = true;
        good = apply_to_member(*schema, members, i) && good;
      }
      return good || listening();
    });
    const Subschema* others = constraint.getAdditionalPropertiesSubschema();
    if (others == model_.schema.emptySubschema()) return good;
    for (size_t i = 0; i < members.size() && (good || listening()); ++i) {
      if (known[i]) continue;
      good = (others == nullptr ? wrong_member("additionalProperties", members.name(i))
                                : apply_to_member(*others, members, i)) &&
             good;
    }
    return good;
  }
  bool visit(const PropertyNamesConstraint& constraint) override {
    if (!value().is_object()) return true;
    bool good = true;
    for (const JsonValue& member : value().children()) {
      if (!fits(*constraint.getSubschema(), JsonValue(member.name()))) {
        good = wrong_member("propertyNames", member.name());
      }
      if (!good && !listening()) break;
    }
    return good;
  }
  bool visit(const DependenciesConstraint& constraint) override {
    if (!value().is_object()) return true;
    bool good = true;
    const auto members = open_object();
    constraint.applyToPropertyDependencies([&](const auto& name, const auto& needed) {
      if (!find(members, view(name))) return !given_up_;
      for (const auto& other : needed) {
        if (!find(members, view(other))) good = wrong_member("dependencies", view(other));
        if (!good && !listening()) break;
      }
      return good || listening();
    });
    if (given_up_ || (!good && !listening())) return false;
    constraint.applyToSchemaDependencies([&](const auto& name, const Subschema* schema) {
      if (!find(members, view(name))) return !given_up_;
      good = apply_here(*schema) && good;
      return good || listening();
    });
    return good;
  }
  ObjectMembers open_object() {
    effort_.spend(value().size());
    return ObjectMembers(value());
  }
  // What a schema names is looked for in each object anew, and there may be many of both.
  std::optional<size_t> find(const ObjectMembers& members, std::string_view name) {
    const size_t passed = std::min(members.size(), ObjectMembers::kFew);
    if (effort_.spend(1 + passed / kMembersPerUnit)) return members.find(name);
    give_up("effort");
    return std::nullopt;
  }

  // The builder makes none of these.
  bool visit(const ConstConstraint&) override { return give_up("const"); }
  bool visit(const PolyConstraint&) override { return give_up("effort"); }

  const SchemaModel& model_;
  size_t max_details_;
  Effort& effort_;
  Conditions conditions_;
  PatternSearch search_;
  Subschema::ApplyFunction visit_all_;
  Frame frame_ = {};
  size_t quiet_ = 0;  // how many ask only whether
  std::vector<ErrorDetail> details_;
  std::optional<ErrorDetail> given_up_;  // what could not be decided; nothing else counts then
};

}  // namespace

std::vector<ErrorDetail> check_value(const SchemaModel& model, const JsonValue& value,
                                     size_t max_details, Effort& effort, Conditions conditions) {
  return SchemaChecker(model, max_details, effort, conditions).check(value);
}

}  // namespace dataaction
