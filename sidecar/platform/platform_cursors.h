// The platform's own cursors of one search, which are passed back as they came. One that comes
// twice leads in a circle, which ends the search.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/search/id_set.h"
#include "core/search/page_reader.h"
#include "sidecar/platform/empty_pages.h"

namespace dataaction {

class PlatformCursors {
 public:
  // `begin`: the one that the search goes on from; empty: none.
  PlatformCursors(const SipKey& key, std::string_view begin);

  // A page came with its cursor. What is wrong with that, or nothing.
  std::optional<std::string_view> check(const Page& page);

  // A circle that is longer than this is none that a platform makes by mistake.
  static constexpr size_t kRemembered = 65536;
  static constexpr size_t kMaxCursorSize = 16384;

 private:
  std::string hash_of(std::string_view cursor) const;

  const SipKey key_;
  IdSet seen_;  // hashes of 128 bits: a cursor may be long
  EmptyPages empty_pages_;
};

}  // namespace dataaction
