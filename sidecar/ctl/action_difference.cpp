#include "sidecar/ctl/action_difference.h"

#include <fmt/format.h>

#include <map>

#include "core/base/ascii.h"
#include "core/base/excerpt.h"
#include "core/json/json_writer.h"
#include "sidecar/ctl/shell_word.h"

namespace dataaction {
namespace {

using Node = JsonTree::Node;

constexpr size_t kMaxShown = 256;  // bytes of a value
constexpr std::string_view kHidden = R"x("(not shown)")x";
constexpr std::string_view kHeaders = "config.request.headers.";

// Members that are no object or array, or an empty one, by where they are.
class Leaves {
 public:
  explicit Leaves(const ActionDefinition& action) {
    add_text("name", action.name);
    add_text("category", action.category);
    add("secure", action.secure ? "true" : "false");
    add_tree("contract.input.inputSchema", action.input_schema, true);
    add_tree("contract.output.successSchema", action.success_schema, true);
    add_tree("config", action.config, false);
  }

  const std::vector<std::string>& order() const { return order_; }
  std::optional<std::string> find(const std::string& name) const {
    const auto at = values_.find(name);
    return at == values_.end() ? std::nullopt : std::optional(at->second);
  }

 private:
  void add(const std::string& name, std::string value) {
    if (values_.insert_or_assign(name, std::move(value)).second) order_.push_back(name);
  }
  void add_text(const char* name, const std::string& text) {
    if (text.empty()) return;
    std::string value;
    append_json_string(value, text);
    add(name, std::move(value));
  }

  // Without recursion: a document may be as deep as a document can be.
  void add_tree(const std::string& name, const std::string& text, bool all) {
    if (text.empty()) return;
    const auto tree = JsonTree::parse(text);
    if (!tree) return;
    std::vector<std::pair<std::string, Node>> todo = {{name, JsonTree::root()}};
    while (!todo.empty()) {
      const auto [path, node] = std::move(todo.back());
      todo.pop_back();
      if (!add_leaf(*tree, path, node, all)) add_children(*tree, path, node, todo);
    }
  }

  bool add_leaf(const JsonTree& tree, const std::string& path, Node node, bool all) {
    const JsonType type = tree.type(node);
    const bool empty = tree.end_of(node) == node + 1;
    if ((type == JsonType::kObject || type == JsonType::kArray) && !empty) return false;
    const bool nothing = type == JsonType::kNull || type == JsonType::kObject;
    std::string value;
    if (type == JsonType::kString) {
      append_json_string(value, tree.string(node));  // with the escapes that everybody has
    } else {
      tree.append_to(value, node);
    }
    if (all || !nothing) add(path, std::move(value));
    return true;
  }

  static void add_children(const JsonTree& tree, const std::string& path, Node node,
                           std::vector<std::pair<std::string, Node>>& todo) {
    const size_t begin = todo.size();
    size_t index = 0;
    for (const Node child : tree.children(node)) {
      todo.emplace_back(tree.type(node) == JsonType::kObject ? path + '.' + tree.string(child - 1)
                                                             : fmt::format("{}[{}]", path, index++),
                        child);
    }
    std::reverse(todo.begin() + static_cast<std::ptrdiff_t>(begin), todo.end());
  }

  std::vector<std::string> order_;
  std::map<std::string, std::string> values_;
};

std::string shown(const ActionChange& change, const std::string& value) {
  const std::string_view member = change.member;
  if (member.starts_with(kHeaders) && is_open_secret(member.substr(kHeaders.size()), value)) {
    return std::string(kHidden);
  }
  return excerpt(value, kMaxShown, kMaxShown);
}

}  // namespace

std::vector<ActionChange> compare_actions(const ActionDefinition& before,
                                          const ActionDefinition& after) {
  const Leaves old_leaves(before);
  const Leaves new_leaves(after);
  std::vector<ActionChange> changes;
  for (const std::string& name : new_leaves.order()) {
    auto old_value = old_leaves.find(name);
    auto new_value = new_leaves.find(name);
    if (old_value != new_value) {
      changes.emplace_back(name, std::move(old_value), std::move(new_value));
    }
  }
  for (const std::string& name : old_leaves.order()) {
    if (!new_leaves.find(name)) changes.emplace_back(name, old_leaves.find(name), std::nullopt);
  }
  return changes;
}

std::string describe(const std::vector<ActionChange>& changes) {
  std::string out;
  for (const ActionChange& change : changes) {
    const std::string member = excerpt(change.member, kMaxShown, kMaxShown);
    if (!change.before) {
      out += fmt::format("+ {}: {}\n", member, shown(change, *change.after));
    } else if (!change.after) {
      out += fmt::format("- {}: {}\n", member, shown(change, *change.before));
    } else {
      out += fmt::format("~ {}: {} -> {}\n", member, shown(change, *change.before),
                         shown(change, *change.after));
    }
  }
  return out;
}

bool is_open_secret(std::string_view header, std::string_view value) {
  return (ascii_lower(header) == "authorization" || names_secret(header)) && !value.contains("${");
}

std::string without_open_secrets(std::string_view config) {
  const auto tree = JsonTree::parse(std::string(config));
  if (!tree) return {};
  std::string out = tree->text();
  const auto request = tree->member(JsonTree::root(), "request");
  const auto headers = request ? tree->member(*request, "headers") : std::nullopt;
  if (!headers) return out;
  // What has been replaced moves all that is behind it.
  size_t moved = 0;
  for (const Node value : tree->children(*headers)) {
    if (tree->type(*headers) != JsonType::kObject) break;
    const std::string_view raw = tree->raw(value);
    if (!is_open_secret(tree->string(value - 1), raw)) continue;
    const auto begin = static_cast<size_t>(raw.data() - tree->text().data());
    out.replace(begin + moved, raw.size(), kHidden);
    moved += kHidden.size() - raw.size();
  }
  return out;
}

}  // namespace dataaction
