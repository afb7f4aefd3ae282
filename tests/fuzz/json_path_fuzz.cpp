// A path and a document, which are the first line and the rest of an input. What a path finds are
// values of the document, a singular one finds at most one, no two ways to the same path differ,
// and an output made of it is compact JSON.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/action/json_path.h"
#include "core/action/output_map.h"
#include "core/json/json_scanner.h"

namespace {

using namespace dataaction;

using Nodes = std::vector<JsonTree::Node>;

constexpr size_t kVisits = 100'000;

void require(bool what) {
  if (!what) std::abort();
}

// All that is in the tree hangs together: children are inside of their parents, in order.
void check_tree(const JsonTree& tree) {
  for (JsonTree::Node node = 0; node < tree.end_of(JsonTree::root()); ++node) {
    require(tree.end_of(node) > node);
    const std::string_view parent = tree.raw(node);
    const char* at = parent.data();
    for (const JsonTree::Node child : tree.children(node)) {
      const std::string_view raw = tree.raw(child);
      require(!tree.is_name(child) && tree.end_of(child) <= tree.end_of(node));
      require(raw.data() > at && raw.data() + raw.size() < parent.data() + parent.size());
      at = raw.data();
    }
  }
}

// False: it would look at too much.
bool find(const JsonPath& path, const JsonTree& tree, Nodes& found) {
  size_t visits = kVisits;
  const bool all = path.find(tree, JsonTree::root(), visits, found);
  require(found.size() <= kVisits + 1);
  for (const JsonTree::Node node : found) {
    require(node < tree.end_of(JsonTree::root()) && !tree.is_name(node));
  }
  return all;
}

void check_path(std::string_view text, const JsonTree& tree) {
  const auto path = JsonPath::parse(text);
  if (!path) return require(path.error().starts_with("byte ") || text.size() > JsonPath::kMaxSize);
  Nodes found;
  if (!find(*path, tree, found)) return;
  require(!path->singular() || found.size() <= 1);

  // [*] of it are the children of what it finds.
  const auto all = JsonPath::parse(std::string(text) + "[*]");
  Nodes children;
  for (const JsonTree::Node node : found) {
    for (const JsonTree::Node child : tree.children(node)) children.push_back(child);
  }
  Nodes wild;
  if (all && find(*all, tree, wild)) require(wild == children);
}

void check_output(std::string_view text, const JsonTree& tree) {
  OutputMap map;
  if (!map.add("a.b", text, std::nullopt) || !map.add("c[]", "$[*]", "[]")) return;
  require(map.add("c[].d", text, std::nullopt).has_value());
  const auto untyped = [](std::string_view) { return std::nullopt; };
  require(map.bind(untyped, untyped).has_value());
  const auto out = map.write({.document = &tree});
  if (!out) return require(!out.error().empty());
  std::string copy;
  JsonScanner scanner(*out);
  scanner.start_copy(copy);
  const bool good = scanner.value() && scanner.end();
  scanner.finish_copy();
  require(good ? copy == *out : scanner.error().what.contains("levels"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(all.find('\n'), size);
  const std::string_view text = all.substr(0, end);
  const std::string document(all.substr(std::min(end + 1, size)));
  const auto tree = JsonTree::parse(document);
  JsonScanner scanner(document);
  require(tree.has_value() == (scanner.value() && scanner.end()));
  if (!tree) return 0;
  check_tree(*tree);
  check_path(text, *tree);
  check_output(text, *tree);
  return 0;
}
