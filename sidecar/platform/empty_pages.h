// Page after page without a record, and always another one announced, leads nowhere: it ends a
// search.

#pragma once

#include <optional>
#include <string_view>

#include "core/search/page_reader.h"

namespace dataaction {

class EmptyPages {
 public:
  // A page has come that is not the last. What is wrong with that, or nothing.
  std::optional<std::string_view> check(const Page& page) {
    in_a_row_ = page.size() > 0 ? 0 : in_a_row_ + 1;
    if (in_a_row_ > kMax) return "page after page is empty";
    return std::nullopt;
  }

  static constexpr unsigned kMax = 10;  // in a row

 private:
  unsigned in_a_row_ = 0;
};

}  // namespace dataaction
