// The schemas of a document and how they lead to one another: each value that is a schema has one
// valijson::Subschema, however many references lead to it, and is built once.
//
// Schemas that apply to the very same value (`allOf`, `not`, `$ref` and others) must not lead back
// to where they came from: a check would never end. Those that go a level down into the value may,
// that is what recursion is for.

#pragma once

#include <cstddef>
#include <deque>
#include <expected>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/contract/schema_model.h"
#include "core/contract/schema_reference.h"

namespace dataaction {

class SchemaGraph {
 public:
  static constexpr size_t kMaxSchemas = 4096;
  // Schemas of the same value inside one another: with the depth of the value, the stack of a
  // check.
  static constexpr size_t kMaxInPlace = 16;

  struct Node {
    const JsonValue* value;
    const valijson::Subschema* subschema;
    std::vector<size_t> in_place = {};  // the nodes that are applied to the same value
  };

  explicit SchemaGraph(SchemaModel& model) : model_(model) {}

  // The node of `value`, or of what it refers to; made if there is none yet.
  std::expected<size_t, SchemaProblem> add(const JsonValue& value);
  void apply_in_place(size_t from, size_t to) { nodes_[from].in_place.push_back(to); }

  size_t size() const { return nodes_.size(); }
  const Node& operator[](size_t at) const { return nodes_[at]; }

  // What is wrong with what is applied in place, if anything is.
  std::optional<SchemaProblem> check_in_place() const;

 private:
  SchemaModel& model_;
  std::deque<Node> nodes_;
  std::unordered_map<const JsonValue*, size_t> places_;
};

}  // namespace dataaction
