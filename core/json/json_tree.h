// A JSON document (RFC 8259) to look things up in, over its own text: 16 bytes a value and a name,
// one behind the other in the order of the text, so that a subtree is a run of them and nothing
// here recurses.
//
// parse() checks every byte as JsonScanner does (grammar, UTF-8, no lone surrogates, levels).
// Numbers and strings stay as they were written, whatever their length. Of members with the same
// name the last one counts where one is asked for by name; children() has them all.
//
// Immutable. A view is good until the tree is moved or ends; a Node belongs to its tree, and stays
// good when that is moved.

#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json/json_reader.h"
#include "core/json/json_scanner.h"
#include "core/json/json_type.h"

namespace dataaction {

class JsonTree {
 public:
  // A value. Those of a document are numbered in its order, a parent before its children.
  using Node = uint32_t;

  // As long as a member of an envelope (JsonStreamChecker::kMaxValue).
  static constexpr size_t kMaxSize = 64 << 20;
  // Values and names together: 64 MiB of memory.
  static constexpr size_t kMaxNodes = 4 << 20;

  static std::expected<JsonTree, JsonError> parse(std::string text);

  const std::string& text() const { return text_; }
  static constexpr Node root() { return 0; }

  // A number without fraction and exponent is kInteger, whatever its size; any other is kNumber.
  JsonType type(Node node) const { return nodes_[node].type; }
  // The value as it is written: with quotes and escapes, and with the white space in it.
  std::string_view raw(Node node) const {
    return std::string_view(text_).substr(nodes_[node].begin, nodes_[node].size);
  }
  // The value in compact form: no white space outside of strings, so no line end at all.
  void append_to(std::string& out, Node node) const;
  // What a string says; `node` is one.
  std::string string(Node node) const;

  // Of an object; nothing of anything else.
  std::optional<Node> member(Node node, std::string_view name) const;

  // Whether a value of an object is its member `name`.
  bool has_name(Node child, std::string_view name) const { return token(child - 1).is(name); }

  // Elements, or the values of members, in the order of the text; of a scalar none.
  class Children;
  Children children(Node node) const;
  // The value itself and all that is in it: `node` to the one before this, names aside.
  Node end_of(Node node) const { return nodes_[node].next; }
  // Whether what stands at this place is a member's name.
  bool is_name(Node node) const { return nodes_[node].name; }

 private:
  struct Entry {
    uint32_t begin;
    uint32_t size;
    Node next;  // the first one behind all that is in it
    JsonType type;
    bool escaped = false;  // a string with escapes
    bool name = false;     // of the member whose value comes next
  };
  class Builder;

  JsonTree(std::string text, std::vector<Entry> nodes)
      : text_(std::move(text)), nodes_(std::move(nodes)) {}

  JsonScanner::String token(Node string) const;

  std::string text_;
  std::vector<Entry> nodes_;
};

class JsonTree::Children {
 public:
  class Iterator {
   public:
    Iterator(const JsonTree& tree, Node at, Node names) : tree_(&tree), at_(at), names_(names) {}
    Node operator*() const { return at_; }
    Iterator& operator++() {
      at_ = tree_->nodes_[at_].next + names_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const JsonTree* tree_;
    Node at_;
    Node names_;  // how many stand before a child
  };

  Children(const JsonTree& tree, Node parent)
      : tree_(tree), parent_(parent), names_(tree.type(parent) == JsonType::kObject ? 1 : 0) {}
  Iterator begin() const { return {tree_, parent_ + 1 + names_, names_}; }
  Iterator end() const { return {tree_, tree_.nodes_[parent_].next + names_, names_}; }

 private:
  const JsonTree& tree_;
  Node parent_;
  Node names_;
};

inline JsonTree::Children JsonTree::children(Node node) const {
  return {*this, node};
}

}  // namespace dataaction
