#include "core/contract/schema_members.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "core/contract/effort.h"
#include "core/contract/pattern.h"
#include "core/contract/schema_reference.h"

namespace dataaction {
namespace {

// For the name of one member against the patterns of one schema.
constexpr uint64_t kMaxEffort = 500'000;

// The schemas that say something about one value.
using Schemas = std::vector<const JsonValue*>;

// `schema`, what it refers to, and its alternatives and conditions.
void collect(const JsonValue& root, const JsonValue& schema, Schemas& out) {
  const auto target = follow_references(root, schema);
  if (!target || !(*target)->is_object() || std::ranges::count(out, *target) != 0) return;
  out.push_back(*target);
  for (const std::string_view keyword : {"allOf", "anyOf", "oneOf"}) {
    const JsonValue* list = find_member(**target, keyword);
    if (list == nullptr) continue;
    for (const JsonValue& part : list->children()) collect(root, part, out);
  }
  for (const std::string_view keyword : {"then", "else"}) {
    const JsonValue* part = find_member(**target, keyword);
    if (part != nullptr) collect(root, *part, out);
  }
}

bool allows_type(const JsonValue& schema, std::string_view type) {
  const JsonValue* types = find_member(schema, "type");
  if (types == nullptr) return true;
  if (types->is_string()) return types->text() == type;
  return std::ranges::any_of(types->children(),
                             [&](const JsonValue& name) { return name.text() == type; });
}

// One step from a value to a value in it.
struct Step {
  std::string_view name;  // of a member
  bool element = false;   // any element of an array
};

// "items[].name": items, any element, name.
std::vector<Step> read_steps(std::string_view member) {
  std::vector<Step> steps;
  while (!member.empty()) {
    const std::string_view part = member.substr(0, member.find('.'));
    member.remove_prefix(std::min(member.size(), part.size() + 1));
    std::string_view name = part;
    size_t elements = 0;
    for (; name.ends_with("[]"); ++elements) name.remove_suffix(2);
    steps.push_back({name});
    steps.insert(steps.end(), elements, Step{{}, true});
  }
  return steps;
}

// What is said about the members called `name` of what `schemas` are about.
Schemas declared_members(const JsonValue& root, const Schemas& schemas, std::string_view name) {
  Schemas found;
  for (const JsonValue* schema : schemas) {
    const JsonValue* properties = find_member(*schema, "properties");
    const JsonValue* member = properties == nullptr ? nullptr : find_member(*properties, name);
    if (member != nullptr) collect(root, *member, found);
  }
  if (!found.empty()) return found;
  for (const JsonValue* schema : schemas) {
    const JsonValue* others = find_member(*schema, "additionalProperties");
    if (others != nullptr && others->is_object()) collect(root, *others, found);
  }
  return found;
}

// The same, for those whose names only a pattern says.
Schemas matching_members(const JsonValue& root, const Schemas& schemas, std::string_view name) {
  Schemas found;
  Effort effort(kMaxEffort);
  PatternSearch search(effort);
  for (const JsonValue* schema : schemas) {
    const JsonValue* patterns = find_member(*schema, "patternProperties");
    if (patterns == nullptr) continue;
    for (const JsonValue& member : patterns->children()) {
      const auto pattern = Pattern::compile(member.name());
      if (pattern && search.search(*pattern, name) == PatternSearch::Result::kFound) {
        collect(root, member, found);
      }
    }
  }
  return found;
}

Schemas declared_elements(const JsonValue& root, const Schemas& schemas) {
  Schemas found;
  for (const JsonValue* schema : schemas) {
    const JsonValue* items = find_member(*schema, "items");
    if (items == nullptr) continue;
    if (!items->is_array()) {
      collect(root, *items, found);
      continue;
    }
    for (const JsonValue& item : items->children()) collect(root, item, found);
  }
  return found;
}

Schemas declared(const JsonValue& root, const Schemas& schemas, const Step& step) {
  return step.element ? declared_elements(root, schemas)
                      : declared_members(root, schemas, step.name);
}

// Whether what nobody declares may be there nevertheless, and nobody declares anything.
bool is_open(const Schemas& schemas, const Step& step) {
  return std::ranges::all_of(schemas, [&](const JsonValue* schema) {
    if (step.element) return allows_type(*schema, "array");
    const JsonValue* others = find_member(*schema, "additionalProperties");
    const JsonValue* properties = find_member(*schema, "properties");
    if (!allows_type(*schema, "object")) return false;
    if (properties != nullptr && properties->size() != 0) return false;
    return others == nullptr || !others->is_false() ||
           find_member(*schema, "patternProperties") != nullptr;
  });
}

// Bits in the order of JsonType.
using Types = uint8_t;
constexpr Types kAllTypes = 0x7F;

constexpr Types only(JsonType type) {
  const auto bit = static_cast<Types>(1U << static_cast<unsigned>(type));
  return type == JsonType::kNumber ? bit | only(JsonType::kInteger) : bit;
}

// The types that the value at the end of some steps can have, and perhaps some more: only what
// says something of types counts, and nothing that a condition decides.
class PossibleTypes {
 public:
  PossibleTypes(const JsonValue& root, std::vector<Step> steps)
      : root_(root), steps_(std::move(steps)) {}

  Types of(const JsonValue& schema, size_t step = 0) {
    if (schema.is_false()) return 0;
    const auto target = follow_references(root_, schema);
    if (!target || !(*target)->is_object()) return kAllTypes;
    // Many references may lead to the same place.
    const std::pair key(*target, step);
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
    Types types = step == steps_.size() ? named(**target) : inside(**target, step);
    for (const std::string_view keyword : {"allOf", "anyOf", "oneOf"}) {
      const JsonValue* list = find_member(**target, keyword);
      if (list == nullptr) continue;
      Types any = 0;
      for (const JsonValue& part : list->children()) {
        const Types said = of(part, step);
        if (keyword == "allOf") types &= said;
        any |= said;
      }
      types &= any;
    }
    return known_[key] = types;
  }

 private:
  static Types named(const JsonValue& schema) {
    const JsonValue* types = find_member(schema, "type");
    if (types == nullptr) return kAllTypes;
    if (types->is_string()) return only(*json_type(types->text()));
    Types any = 0;
    for (const JsonValue& name : types->children()) any |= only(*json_type(name.text()));
    return any;
  }

  // None where nothing can be.
  Types inside(const JsonValue& schema, size_t step) {
    if (steps_[step].element) {
      return allows_type(schema, "array") ? of_element(schema, step + 1) : 0;
    }
    if (!allows_type(schema, "object")) return 0;
    const JsonValue* properties = find_member(schema, "properties");
    const JsonValue* member =
        properties == nullptr ? nullptr : find_member(*properties, steps_[step].name);
    if (member != nullptr) return of(*member, step + 1);
    if (find_member(schema, "patternProperties") != nullptr) return kAllTypes;
    return of_others(schema, "additionalProperties", step + 1);
  }

  Types of_element(const JsonValue& schema, size_t step) {
    const JsonValue* items = find_member(schema, "items");
    if (items == nullptr) return kAllTypes;
    if (!items->is_array()) return of(*items, step);
    Types any = of_others(schema, "additionalItems", step);
    for (const JsonValue& item : items->children()) any |= of(item, step);
    return any;
  }

  Types of_others(const JsonValue& schema, std::string_view keyword, size_t step) {
    const JsonValue* others = find_member(schema, keyword);
    return others == nullptr ? kAllTypes : of(*others, step);
  }

  const JsonValue& root_;
  std::vector<Step> steps_;
  std::map<std::pair<const JsonValue*, size_t>, Types> known_;
};

}  // namespace

std::optional<JsonType> certain_type_of_member(const JsonValue& root, std::string_view member) {
  const Types types = PossibleTypes(root, read_steps(member)).of(root);
  for (const JsonType type :
       {JsonType::kNull, JsonType::kBoolean, JsonType::kInteger, JsonType::kNumber,
        JsonType::kString, JsonType::kArray, JsonType::kObject}) {
    if (types == only(type)) return type;
  }
  return std::nullopt;
}

std::optional<JsonType> type_of_member(const JsonValue& root, std::string_view member) {
  Schemas schemas;
  collect(root, root, schemas);
  for (const Step& step : read_steps(member)) schemas = declared(root, schemas, step);

  std::optional<JsonType> type;
  for (const JsonValue* schema : schemas) {
    const JsonValue* types = find_member(*schema, "type");
    if (types == nullptr) continue;
    if (types->is_array() && types->size() != 1) return std::nullopt;
    const auto said = json_type((types->is_array() ? types->children()[0] : *types).text());
    if (type && said != type) return std::nullopt;
    type = said;
  }
  return type;
}

bool knows_member(const JsonValue& root, std::string_view member) {
  Schemas schemas;
  collect(root, root, schemas);
  for (const Step& step : read_steps(member)) {
    Schemas next = declared(root, schemas, step);
    if (next.empty() && !step.element) next = matching_members(root, schemas, step.name);
    if (next.empty()) return is_open(schemas, step);
    schemas = std::move(next);
  }
  return true;
}

std::vector<std::string> required_members(const JsonValue& root) {
  std::vector<std::string> names;
  const auto schema = follow_references(root, root);
  if (!schema || !(*schema)->is_object()) return names;
  const JsonValue* required = find_member(**schema, "required");
  if (required == nullptr) return names;
  for (const JsonValue& name : required->children()) names.emplace_back(name.text());
  return names;
}

}  // namespace dataaction
