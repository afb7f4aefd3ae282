#include "core/contract/schema_graph.h"

#include <algorithm>
#include <cstdint>
#include <string>

namespace dataaction {

std::expected<size_t, SchemaProblem> SchemaGraph::add(const JsonValue& value) {
  const auto target = follow_references(model_.document.root(), value);
  if (!target) return std::unexpected(target.error());
  const auto [found, added] = places_.try_emplace(*target, nodes_.size());
  if (added) {
    if (nodes_.size() == kMaxSchemas) {
      return std::unexpected(
          SchemaProblem{"more than " + std::to_string(kMaxSchemas) + " schemas", *target});
    }
    nodes_.push_back({*target, model_.schema.createSubschema()});
  }
  return found->second;
}

std::optional<SchemaProblem> SchemaGraph::check_in_place() const {
  constexpr size_t kUnknown = 0;
  constexpr size_t kOpen = SIZE_MAX;
  std::vector<size_t> heights(nodes_.size(), kUnknown);
  struct Step {
    size_t node;
    size_t next = 0;  // of its in_place
  };
  std::vector<Step> path;
  for (size_t start = 0; start < nodes_.size(); ++start) {
    if (heights[start] != kUnknown) continue;
    path.push_back({start});
    heights[start] = kOpen;
    while (!path.empty()) {
      Step& step = path.back();
      const Node& node = nodes_[step.node];
      if (step.next < node.in_place.size()) {
        const size_t to = node.in_place[step.next++];
        if (heights[to] == kOpen) {
          return SchemaProblem{"the schema applies itself to the same value, without end",
                               nodes_[to].value};
        }
        if (heights[to] == kUnknown) {
          heights[to] = kOpen;
          path.push_back({to});
        }
        continue;
      }
      size_t height = 1;
      for (const size_t to : node.in_place) height = std::max(height, heights[to] + 1);
      if (height > kMaxInPlace) {
        return SchemaProblem{"more than " + std::to_string(kMaxInPlace) +
                                 " schemas inside one another for the same value",
                             node.value};
      }
      heights[step.node] = height;
      path.pop_back();
    }
  }
  return std::nullopt;
}

}  // namespace dataaction
