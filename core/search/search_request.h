// The bodies of a search's requests, as JSON. `query` is what SearchQuery::bind() made.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/iso_interval.h"
#include "core/search/search_config.h"

namespace dataaction {

// POST /api/v2/search in the tutorial's dialect. `cursor` is the `nextPage` of the answer before,
// as JSON; empty: the first page. Without `sort` by timestamp, the latest first.
std::string tutorial_search_body(const SearchSource& search, std::string_view query,
                                 std::string_view cursor);

// POST /api/v2/analytics/conversations/details/query (ConversationQuery). `page` counts from 1.
// Without `sort` by conversationStart, the earliest first: what begins later then moves no page.
std::string details_query_body(const SearchSource& search, std::string_view query,
                               const IsoInterval& interval, uint64_t page);

// POST /api/v2/analytics/conversations/details/jobs (AsyncConversationQuery). The job has no pages;
// its results do.
std::string details_job_body(const SearchSource& search, std::string_view query,
                             const IsoInterval& interval);

}  // namespace dataaction
