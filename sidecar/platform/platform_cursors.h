// The platform's own cursors of one search, which are passed back as they came. One that comes
// twice leads in a circle, and page after page without a record leads nowhere: both end the search.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/search/id_set.h"
#include "core/search/page_reader.h"

namespace dataaction {

class PlatformCursors {
 public:
  explicit PlatformCursors(const SipKey& key) : key_(key), seen_(kRemembered, key) {}

  // A page came with its cursor. What is wrong with that, or nothing.
  std::optional<std::string_view> check(const Page& page);

  // A circle that is longer than this is none that a platform makes by mistake.
  static constexpr size_t kRemembered = 65536;
  static constexpr size_t kMaxCursorSize = 16384;
  static constexpr unsigned kMaxEmptyPages = 10;  // in a row, with another one announced

 private:
  std::string hash_of(std::string_view cursor) const;

  const SipKey key_;
  IdSet seen_;  // hashes of 128 bits: a cursor may be long
  unsigned empty_pages_ = 0;
};

}  // namespace dataaction
