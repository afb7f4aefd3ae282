#include "core/action/json_path.h"

#include <algorithm>
#include <utility>

#include "core/action/json_path_parser.h"

namespace dataaction {

std::expected<JsonPath, std::string> JsonPath::parse(std::string_view text) {
  if (text.size() > kMaxSize) {
    return std::unexpected("it must be at most " + std::to_string(kMaxSize) + " bytes long");
  }
  return Parser(text).parse();
}

bool JsonPath::singular() const {
  return std::ranges::all_of(segments_, [](const Segment& segment) {
    const Selector& first = segment.selectors.front();
    return !segment.descendants && segment.selectors.size() == 1 &&
           (first.kind == Selector::Kind::kName || first.kind == Selector::Kind::kIndex);
  });
}

// One run of a path over a document. False everywhere: there are no visits left.
class JsonPath::Search {
 public:
  using Node = JsonTree::Node;

  Search(const JsonTree& tree, size_t& visits) : tree_(tree), visits_(visits) {}

  bool apply(const Segment& segment, Node node, std::vector<Node>& out) {
    if (!segment.descendants) return select(segment, node, out);
    // All that is in it, parents before children, as the document has it.
    for (const Node end = tree_.end_of(node); node < end; ++node) {
      if (!visit()) return false;
      if (!tree_.is_name(node) && !select(segment, node, out)) return false;
    }
    return true;
  }

 private:
  bool visit() {
    if (visits_ == 0) return false;
    --visits_;
    return true;
  }

  bool select(const Segment& segment, Node node, std::vector<Node>& out) {
    const JsonType type = tree_.type(node);
    for (const Selector& selector : segment.selectors) {
      if (!visit()) return false;
      bool good = true;
      switch (selector.kind) {
        case Selector::Kind::kName:
          if (type == JsonType::kObject) good = name(selector, node, out);
          break;
        case Selector::Kind::kAll:
          good = all(node, out);
          break;
        case Selector::Kind::kIndex:
          if (type == JsonType::kArray) good = index(*selector.begin, node, out);
          break;
        case Selector::Kind::kSlice:
          if (type == JsonType::kArray) good = slice(selector, node, out);
          break;
      }
      if (!good) return false;
    }
    return true;
  }

  bool name(const Selector& selector, Node node, std::vector<Node>& out) {
    std::optional<Node> found;
    for (const Node child : tree_.children(node)) {
      if (!visit()) return false;
      if (tree_.has_name(child, selector.name)) found = child;
    }
    if (found) out.push_back(*found);
    return true;
  }

  bool all(Node node, std::vector<Node>& out) {
    for (const Node child : tree_.children(node)) {
      if (!visit()) return false;
      out.push_back(child);
    }
    return true;
  }

  bool index(int64_t index, Node node, std::vector<Node>& out) {
    if (index < 0) {
      if (!list(node)) return false;
      index += static_cast<int64_t>(elements_.size());
      if (index >= 0) out.push_back(elements_[static_cast<size_t>(index)]);
      return true;
    }
    for (const Node child : tree_.children(node)) {
      if (!visit()) return false;
      if (index-- > 0) continue;
      out.push_back(child);
      break;
    }
    return true;
  }

  // RFC 9535, 2.3.4.2.2. No sum overflows: all are within 2^53, the size is far below.
  bool slice(const Selector& selector, Node node, std::vector<Node>& out) {
    if (selector.step == 0) return true;
    if (!list(node)) return false;
    const auto size = static_cast<int64_t>(elements_.size());
    const int64_t step = selector.step;
    const auto bound = [size](int64_t at, int64_t lowest, int64_t highest) {
      return std::clamp(at < 0 ? at + size : at, lowest, highest);
    };
    if (step > 0) {
      const int64_t end = bound(selector.end.value_or(size), 0, size);
      for (int64_t at = bound(selector.begin.value_or(0), 0, size); at < end; at += step) {
        if (!take(at, out)) return false;
      }
    } else {
      const int64_t end = selector.end ? bound(*selector.end, -1, size - 1) : -1;
      int64_t at = selector.begin ? bound(*selector.begin, -1, size - 1) : size - 1;
      for (; at > end; at += step) {
        if (!take(at, out)) return false;
      }
    }
    return true;
  }

  bool take(int64_t at, std::vector<Node>& out) {
    out.push_back(elements_[static_cast<size_t>(at)]);
    return visit();
  }

  bool list(Node node) {
    elements_.clear();
    return all(node, elements_);
  }

  const JsonTree& tree_;
  size_t& visits_;
  std::vector<Node> elements_;
};

bool JsonPath::find(const JsonTree& tree, JsonTree::Node from, size_t& visits,
                    std::vector<JsonTree::Node>& found) const {
  Search search(tree, visits);
  found.assign(1, from);
  std::vector<JsonTree::Node> next;
  for (const Segment& segment : segments_) {
    next.clear();
    for (const JsonTree::Node node : found) {
      if (!search.apply(segment, node, next)) return false;
    }
    found.swap(next);
  }
  return true;
}

}  // namespace dataaction
