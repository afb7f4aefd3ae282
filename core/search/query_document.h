// A whole query for the details backends, as a JSON document (`body FILE`): what a
// ConversationQuery of the platform's API has beside what the search itself says (`interval`,
// `order`, `orderBy`, `paging`, `limit`), which it may not have.
//
// A text that is `:name` and nothing else is a placeholder, wherever a value can stand; `::name` is
// the text `:name`. The rest passes as it is written, without white space: what the platform may
// know some day is not for us to refuse.

#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "core/search/query_template.h"

namespace dataaction {

// The document's members, a comma behind each. The error says at which byte, and what.
std::expected<QueryTemplate, std::string> parse_query_document(std::string_view document);

}  // namespace dataaction
