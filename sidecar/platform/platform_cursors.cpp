#include "sidecar/platform/platform_cursors.h"

#include <array>
#include <cstring>

namespace dataaction {

std::string PlatformCursors::hash_of(std::string_view cursor) const {
  const SipKey other{~key_[0], key_[1]};
  const std::array hashes{siphash(key_, cursor), siphash(other, cursor)};
  std::string bytes(sizeof(hashes), '\0');
  std::memcpy(bytes.data(), hashes.data(), sizeof(hashes));
  return bytes;
}

std::optional<std::string_view> PlatformCursors::check(const Page& page) {
  if (page.cursor.empty()) return std::nullopt;
  if (page.cursor.size() > kMaxCursorSize) return "the cursor is too long";
  if (!seen_.insert(hash_of(page.cursor))) return "a cursor came twice";
  empty_pages_ = page.size() > 0 ? 0 : empty_pages_ + 1;
  if (empty_pages_ > kMaxEmptyPages) return "page after page is empty";
  return std::nullopt;
}

}  // namespace dataaction
