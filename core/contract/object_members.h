// Looks for members of an object by name. One is looked at after the other, which is best for few;
// many are sorted first. A view: the object outlives it.

#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/contract/json_document.h"

namespace dataaction {

class ObjectMembers {
 public:
  static constexpr size_t kFew = 32;  // that are not sorted

  explicit ObjectMembers(const JsonValue& object) : object_(object) {
    if (size() <= kFew) return;
    sorted_.reserve(size());
    for (size_t i = 0; i < size(); ++i) sorted_.emplace_back(name(i), i);
    std::ranges::sort(sorted_);
  }

  size_t size() const { return object_.size(); }
  std::string_view name(size_t at) const { return value(at).name(); }
  const JsonValue& value(size_t at) const { return object_.children()[at]; }

  std::optional<size_t> find(std::string_view wanted) const {
    if (size() <= kFew) {
      for (size_t i = 0; i < size(); ++i) {
        if (name(i) == wanted) return i;
      }
      return std::nullopt;
    }
    const auto found = std::ranges::lower_bound(sorted_, wanted, {}, &Entry::first);
    if (found == sorted_.end() || found->first != wanted) return std::nullopt;
    return found->second;
  }

 private:
  using Entry = std::pair<std::string_view, size_t>;

  const JsonValue& object_;
  std::vector<Entry> sorted_;  // empty for few
};

}  // namespace dataaction
