// One page of a search: the body of an answer into records.
//
//     tutorial_search  {"results": [...], "nextPage": "...", "total": N}    POST /api/v2/search
//     details_query    {"conversations": [...], "totalHits": N}
//                      POST /api/v2/analytics/conversations/details/query
//     details_jobs     {"conversations": [...], "cursor": "..."}
//                      GET  /api/v2/analytics/conversations/details/jobs/{id}/results
//
// Records pass as they came but for the white space between their tokens: numbers of any length,
// escapes, the order of keys, keys that nobody knows and keys that come twice. Every byte of the
// page is checked first (core/json/json_scanner.h); of a page with a mistake nothing is taken.
//
// A page that says it is an error is one, whatever its HTTP status: it has an `error` that is not
// null, or it has no list and has a `message` or a `code` instead.

#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/json_scanner.h"
#include "core/search/search_config.h"

namespace dataaction {

// A longer id is none: what is remembered of a record has a bound.
inline constexpr size_t kMaxIdSize = 256;

// Owns what it holds; kept from page to page, it keeps its memory.
struct Page {
  struct Entry {
    size_t end;     // of the record and its LF, in `bytes`
    size_t id_end;  // of its id, in `ids`
  };

  std::string bytes;           // the records, compact, one LF after each
  std::string ids;             // theirs, one after the other
  std::vector<Entry> entries;  // a record each, in the order of the page
  // Where the next page begins, as received: of tutorial_search a JSON string or number, else text.
  // Empty: this is the last.
  std::string cursor;
  std::optional<uint64_t> total;  // records of all pages, by the platform's estimate

  size_t size() const { return entries.size(); }
  // With its LF.
  std::string_view record(size_t at) const;
  // `conversationId`, else `id`, without escapes. Empty, and never the same as another's, where
  // neither is a string of 1 to kMaxIdSize bytes.
  std::string_view id(size_t at) const;
  void clear();
};

// Replaces what `page` holds; on an error it is empty. A list that is null or not there is an empty
// one for both details backends (that is how their last page looks), and an error for
// tutorial_search. `max_record_size` counts the compact bytes of a record without its LF.
std::expected<void, JsonError> read_page(SearchBackend backend, std::string_view body,
                                         size_t max_record_size, Page& page);

}  // namespace dataaction
