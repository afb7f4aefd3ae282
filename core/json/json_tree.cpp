#include "core/json/json_tree.h"

namespace dataaction {

class JsonTree::Builder {
 public:
  explicit Builder(std::string_view text) : text_(text), scanner_(text) {}

  bool build() {
    do {
      if (!value()) return false;
      while (!open_.empty() && !scanner_.more(first_)) {
        if (scanner_.failed()) return false;
        close();
      }
      if (!open_.empty() && nodes_[open_.back()].type == JsonType::kObject && !name()) return false;
    } while (!open_.empty());
    return scanner_.end();
  }

  std::vector<Entry> take_nodes() { return std::move(nodes_); }
  const JsonError& error() const { return scanner_.error(); }

 private:
  // All of a scalar; of an object or array its bracket.
  bool value() {
    const char c = scanner_.peek();
    first_ = c == '{' || c == '[';
    if (first_) {
      const size_t begin = scanner_.offset();
      if (!scanner_.open(c)) return false;
      open_.push_back(static_cast<Node>(nodes_.size()));
      return add({begin, 1}, c == '{' ? JsonType::kObject : JsonType::kArray);
    }
    if (c == '"') {
      JsonScanner::String string;
      return scanner_.string(string) && add(with_quotes(string), JsonType::kString, string.escaped);
    }
    std::string_view written;
    if (!scanner_.value(&written)) return false;
    return add({offset_of(written), written.size()}, scalar_type(written));
  }

  bool name() {
    JsonScanner::String name;
    return scanner_.key(name) && add(with_quotes(name), JsonType::kString, name.escaped, true);
  }

  void close() {
    Entry& entry = nodes_[open_.back()];
    entry.size = static_cast<uint32_t>(scanner_.offset()) - entry.begin;
    entry.next = static_cast<Node>(nodes_.size());
    open_.pop_back();
    first_ = false;
  }

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
      return scanner_.fail("more than " + std::to_string(kMaxNodes) + " values", span.begin);
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
  JsonScanner scanner_;
  std::vector<Entry> nodes_;
  std::vector<Node> open_;
  bool first_ = false;  // nothing has come yet in what was opened last
};

std::expected<JsonTree, JsonError> JsonTree::parse(std::string text) {
  if (text.size() > kMaxSize) {
    return std::unexpected(JsonError{kMaxSize, "more than " + std::to_string(kMaxSize) + " bytes"});
  }
  Builder builder(text);
  if (!builder.build()) return std::unexpected(builder.error());
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
