// The pages of one search, one after the other, in the way of its backend:
//
//   tutorial_search  POST /api/v2/search, `nextPage` sent back as `page`
//   details_query    POST /api/v2/analytics/conversations/details/query, by page number. What holds
//                    more than the platform pages through is asked for in halves of its interval.
//   details_jobs     POST .../details/jobs, polled, read by cursor, then deleted
//
// Pages are fetched when they are asked for; records are not looked at beyond
// core/search/page_reader.h.

#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/siphash.h"
#include "core/config/config.h"
#include "core/search/page_reader.h"
#include "core/search/search_cursor.h"
#include "sidecar/platform/platform.h"

namespace dataaction {

// What to search for. Outlived by nothing: the pages keep a copy.
struct SearchRun {
  SearchRun() = default;  // a constructor: see "g++ 12" in CONTRIBUTING.md

  SearchSource search;
  std::string query;  // bound, see core/search/search_query.h
  std::string context_id;
  size_t max_record_size = 0;
  SipKey hash_key{};
  // Where to go on; to begin at the beginning all but `rest`, the whole interval, is as it was
  // made.
  SearchCursor begin;
};

class SearchPages {
 public:
  virtual ~SearchPages() = default;

  // Replaces what `page` holds. Not called again once `after()` is nothing, or after a failure.
  virtual Task<std::expected<void, PlatformFailure>> next(Page& page) = 0;

  // Where the last page began, and where the next one does; nothing behind the last one.
  virtual SearchCursor here() const = 0;
  virtual std::optional<SearchCursor> after() const = 0;

  // The last answer is not what was asked for, as the one who reads the pages has seen.
  virtual PlatformFailure malformed(std::string_view what) const = 0;

  // Nobody wants more: tidies up on the platform, as far as that can be done. `resumable`: somebody
  // may come back with a cursor.
  virtual Task<> close(bool resumable);
};

std::unique_ptr<SearchPages> make_search_pages(Platform& platform, Clock& clock, SearchRun run);

}  // namespace dataaction
