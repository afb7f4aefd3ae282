// JSONPath (RFC 9535) without filters and functions: where an output's value is in a document.
//
//     $  @                  the document; what a relative path begins at
//     .name ['name'] ["name"]   a member
//     [n] [-n]              an element, from the front or the end
//     .* [*]                all children
//     [begin:end:step]      elements, as section 2.3.4 has it
//     [0,2] ['a','b',*]     several of these, one after the other
//     ..name ..* ..[n]      the same at every level
//
// Blanks may stand inside brackets and between segments. The result is in the order that the RFC
// asks for; where it leaves a choice (members, descendants) it is the order of the text. A name
// that an object has twice is the last one (core/json/json_tree.h), `*` sees both.
//
// Immutable; find() is re-entrant, does not recurse, and its work is bounded.

#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/json_tree.h"

namespace dataaction {

class JsonPath {
 public:
  static constexpr size_t kMaxSize = 1024;

  // How many values may be looked at: everything in the largest document a few times.
  // `$..*..*` and its like look at far more than there are.
  static constexpr size_t kMaxVisits = 4 * JsonTree::kMaxNodes;

  // The message says at which byte.
  static std::expected<JsonPath, std::string> parse(std::string_view text);

  // Begins with `@`.
  bool relative() const { return relative_; }
  // Finds at most one value, whatever the document is: names and single indices alone.
  bool singular() const;

  // Replaces `found` by what there is from `from` on; that is the root unless the path is
  // relative(). Takes from `visits` what it looks at, at most all; false: that was not enough, and
  // `found` is not all.
  bool find(const JsonTree& tree, JsonTree::Node from, size_t& visits,
            std::vector<JsonTree::Node>& found) const;

 private:
  struct Selector {
    enum class Kind : uint8_t { kName, kAll, kIndex, kSlice };
    Kind kind = Kind::kAll;
    std::string name = {};
    // kIndex: `begin`.
    std::optional<int64_t> begin = {};
    std::optional<int64_t> end = {};
    int64_t step = 1;
  };
  struct Segment {
    bool descendants = false;
    std::vector<Selector> selectors = {};
  };
  class Parser;
  class Search;

  bool relative_ = false;
  std::vector<Segment> segments_;
};

}  // namespace dataaction
