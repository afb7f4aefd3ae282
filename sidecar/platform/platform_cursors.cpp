#include "sidecar/platform/platform_cursors.h"

namespace dataaction {

std::optional<std::string_view> PlatformCursors::check(const Page& page) {
  if (page.cursor.empty()) return std::nullopt;
  if (page.cursor.size() > kMaxCursorSize) return "the cursor is too long";
  if (!seen_.insert(page.cursor)) return "a cursor came twice";
  empty_pages_ = page.size() > 0 ? 0 : empty_pages_ + 1;
  if (empty_pages_ > kMaxEmptyPages) return "page after page is empty";
  return std::nullopt;
}

}  // namespace dataaction
