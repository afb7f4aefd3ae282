// Where a search goes on: what its own cursor holds, as bytes that the sidecar seals (HMAC) before
// it hands them out and opens before they come here. Nothing in it is secret.
//
// A client's cursor is base64url of the seal and these bytes, and at most frame::kMaxCursor long;
// kMaxSearchCursor leaves room for a seal of 16 bytes.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/iso_interval.h"
#include "core/link/frame.h"
#include "core/search/search_config.h"

namespace dataaction {

inline constexpr size_t kMaxSearchCursor = frame::kMaxCursor / 4 * 3 - 16;

struct SearchCursor {
  SearchBackend backend = SearchBackend::kDetailsQuery;
  uint64_t digest = 0;  // of source, query and parameters: of another search it is no position
  // Of the details backends: all that is still to do, and the part of it that the page is of.
  IsoInterval rest;
  IsoInterval part;
  uint64_t page = 0;     // its number, for details_query
  std::string position;  // the platform's own cursor, as in Page; empty: the first page
  std::string job;       // for details_jobs, if it still exists
  uint64_t skip = 0;     // records of that page that have been had

  bool operator==(const SearchCursor&) const = default;
};

// Nothing where it has no room: the platform's own cursor is too long.
std::optional<std::string> encode_search_cursor(const SearchCursor& cursor);

// Nothing for what encode_search_cursor() cannot have made.
std::optional<SearchCursor> decode_search_cursor(std::string_view bytes);

}  // namespace dataaction
