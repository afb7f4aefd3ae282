#include "sidecar/platform/platform_cursors.h"

#include <array>
#include <cstring>

namespace dataaction {

PlatformCursors::PlatformCursors(const SipKey& key, std::string_view begin)
    : key_(key), seen_(kRemembered, key) {
  if (!begin.empty()) seen_.insert(hash_of(begin));
}

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
  return empty_pages_.check(page);
}

}  // namespace dataaction
