#include "sidecar/ctl/schema_size.h"

#include <algorithm>

#include "core/base/units.h"

namespace dataaction {
namespace {

using Node = JsonTree::Node;

constexpr uint64_t kScalar = 24;         // a number with all the digits of a double
constexpr uint64_t kWorstCharacter = 6;  // \u0000
constexpr uint64_t kEnough = uint64_t{1} << 40;

class Measure {
 public:
  explicit Measure(const JsonTree& schema) : schema_(schema) {}

  SchemaSize whole() {
    size_.bytes = of(JsonTree::root(), "", 0);
    return std::move(size_);
  }

 private:
  // Recursive, no deeper than JsonScanner lets a document be.
  uint64_t of(Node node, const std::string& name, size_t levels) {
    size_.levels = std::max(size_.levels, levels);
    if (schema_.type(node) != JsonType::kObject || schema_.member(node, "$ref")) return 0;
    if (const auto values = schema_.member(node, "enum")) return largest_of(*values);
    const auto properties = schema_.member(node, "properties");
    if (properties && is(node, "object", true)) return of_object(*properties, name, levels + 1);
    const auto items = schema_.member(node, "items");
    if (is(node, "array", items.has_value())) return of_array(node, items, name, levels + 1);
    if (is(node, "string", false)) return of_string(node, name);
    if (is(node, "object", false)) size_.levels = std::max(size_.levels, levels + 1);
    return kScalar;
  }

  uint64_t largest_of(Node values) const {
    uint64_t bytes = 0;
    for (const Node value : schema_.children(values)) {
      bytes = std::max<uint64_t>(bytes, schema_.raw(value).size());
    }
    return bytes;
  }

  uint64_t of_object(Node properties, const std::string& name, size_t levels) {
    uint64_t bytes = 2;
    for (const Node property : schema_.children(properties)) {
      const std::string its_name = schema_.string(property - 1);
      std::string path = name;
      if (!path.empty()) path += '.';
      const uint64_t own = of(property, path += its_name, levels);
      bytes = std::min(bytes + its_name.size() + own + 4, kEnough);
    }
    return bytes;
  }

  uint64_t of_array(Node node, std::optional<Node> items, const std::string& name, size_t levels) {
    const std::string element = name + "[]";
    const auto most = number(node, "maxItems");
    if (!most) size_.unbounded.push_back(name);
    size_.levels = std::max(size_.levels, levels);
    const uint64_t each = items ? of(*items, element, levels) + 1 : kScalar;
    return most ? std::min(std::min(*most, kEnough) * std::min(each, kEnough >> 20), kEnough)
                : each;
  }

  uint64_t of_string(Node node, const std::string& name) {
    const auto most = number(node, "maxLength");
    if (most) return std::min(*most, kEnough >> 3) * kWorstCharacter + 2;
    // A date or an id is as long as it is.
    if (!schema_.member(node, "format")) size_.unbounded.push_back(name);
    return kScalar;
  }

  // `otherwise`: where there is no type.
  bool is(Node node, std::string_view type, bool otherwise) const {
    const auto found = schema_.member(node, "type");
    if (!found) return otherwise;
    if (schema_.type(*found) == JsonType::kString) return schema_.string(*found) == type;
    return std::ranges::any_of(types_of(*found),
                               [&](const std::string& one) { return one == type; });
  }
  std::vector<std::string> types_of(Node list) const {
    std::vector<std::string> types;
    for (const Node one : schema_.children(list)) {
      if (schema_.type(one) == JsonType::kString) types.push_back(schema_.string(one));
    }
    return types;
  }

  std::optional<uint64_t> number(Node node, std::string_view name) const {
    const auto found = schema_.member(node, name);
    return found ? parse_number(schema_.raw(*found)) : std::nullopt;
  }

  const JsonTree& schema_;
  SchemaSize size_;
};

}  // namespace

SchemaSize size_of_schema(const JsonTree& schema) {
  return Measure(schema).whole();
}

}  // namespace dataaction
