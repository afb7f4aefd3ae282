#include "core/json/json_tree.h"

#include <algorithm>

#include "core/json/json_walk.h"

namespace dataaction {

class JsonTree::Builder : public JsonWalk<Builder> {
 public:
  explicit Builder(std::string_view text) : JsonWalk(text), text_(text) {
    nodes_.reserve(std::min(text.size() / 8 + 4, size_t{256}));
  }

  std::vector<Entry> take_nodes() { return std::move(nodes_); }

  bool on_open(char bracket, size_t at) {
    open_.push_back(static_cast<Node>(nodes_.size()));
    return add({at, 1}, bracket == '{' ? JsonType::kObject : JsonType::kArray);
  }

  bool on_name(const JsonScanner::String& name) {
    return add(with_quotes(name), JsonType::kString, name.escaped, true);
  }

  bool on_string(const JsonScanner::String& string) {
    return add(with_quotes(string), JsonType::kString, string.escaped);
  }

  bool on_scalar(std::string_view written) {
    return add({offset_of(written), written.size()}, scalar_type(written));
  }

  void on_close(size_t end) {
    Entry& entry = nodes_[open_.back()];
    entry.size = static_cast<uint32_t>(end) - entry.begin;
    entry.next = static_cast<Node>(nodes_.size());
    open_.pop_back();
  }

 private:
  struct Span {
    size_t begin;
    size_t size;
  };
  size_t offset_of(std::string_view part) const {
    return static_cast<size_t>(part.data() - text_.data());
  }
  Span with_quotes(const JsonScanner::String& string) const {
    return {offset_of(string.raw) - 1, string.raw.size() + 2};
  }

  bool add(Span span, JsonType type, bool escaped = false, bool name = false) {
    if (nodes_.size() == kMaxNodes) {
      return scanner().fail("more than " + std::to_string(kMaxNodes) + " values", span.begin);
    }
    nodes_.push_back({static_cast<uint32_t>(span.begin), static_cast<uint32_t>(span.size),
                      static_cast<Node>(nodes_.size() + 1), type, escaped, name});
    return true;
  }

  static JsonType scalar_type(std::string_view written) {
    switch (written.front()) {
      case 'n':
        return JsonType::kNull;
      case 't':
      case 'f':
        return JsonType::kBoolean;
      default:
        return written.find_first_of(".eE") == std::string_view::npos ? JsonType::kInteger
                                                                      : JsonType::kNumber;
    }
  }

  std::string_view text_;
  std::vector<Entry> nodes_;
  std::vector<Node> open_;
};

std::expected<JsonTree, JsonError> JsonTree::parse(std::string text) {
  if (text.size() > kMaxSize) {
    return std::unexpected(JsonError{kMaxSize, "more than " + std::to_string(kMaxSize) + " bytes"});
  }
  Builder builder(text);
  if (!builder.walk()) return std::unexpected(builder.error());
  // Places in the text, not addresses: a short text moves.
  return JsonTree(std::move(text), builder.take_nodes());
}

void JsonTree::append_to(std::string& out, Node node) const {
  if (type(node) != JsonType::kObject && type(node) != JsonType::kArray) {
    out += raw(node);
    return;
  }
  JsonScanner scanner(raw(node));
  scanner.start_copy(out);
  scanner.value();
  scanner.finish_copy();
}

JsonScanner::String JsonTree::token(Node node) const {
  const std::string_view quoted = raw(node);
  return {quoted.substr(1, quoted.size() - 2), nodes_[node].escaped};
}

std::string JsonTree::string(Node node) const {
  return token(node).unescaped();
}

std::optional<JsonTree::Node> JsonTree::member(Node node, std::string_view name) const {
  std::optional<Node> found;
  if (type(node) != JsonType::kObject) return found;
  for (const Node child : children(node)) {
    if (has_name(child, name)) found = child;
  }
  return found;
}

}  // namespace dataaction
