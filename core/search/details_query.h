// Queries of the details backends: `NAME:VALUE` terms as filters of ConversationQuery and
// AsyncConversationQuery (POST /api/v2/analytics/conversations/details/query and .../jobs). The
// rules are in core/search/search_query.h.

#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "core/search/query_template.h"

namespace dataaction {

// Members of the request's body, each with a comma behind it: `conversationFilters` and
// `segmentFilters`, as far as there are terms for them. A value belongs in there as a JSON string.
std::expected<QueryTemplate, std::string> parse_details_query(std::string_view text);

}  // namespace dataaction
