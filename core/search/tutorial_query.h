// Queries in the tutorial's dialect: Lucene's syntax (package org.apache.lucene.queryparser.classic
// describes it), of which nothing is understood but where a value can stand and where quotes are.
// The rules are in core/search/search_query.h.

#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "core/search/query_template.h"

namespace dataaction {

std::expected<QueryTemplate, std::string> parse_tutorial_query(std::string_view text);

// As a word if it is one that means nothing else, in double quotes otherwise. `value` has no
// control characters.
void append_tutorial_value(std::string& out, std::string_view value);

}  // namespace dataaction
