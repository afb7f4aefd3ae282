// The arguments of `search` and of what goes with it: words to values. Pure; an error is the
// message without the position. What depends on the platform is core/config/config_search.h's.

#pragma once

#include "core/config/config.h"
#include "core/config/config_parameters.h"

namespace dataaction {

struct SearchSort {
  std::string field;
  bool ascending = true;
};

// Platform and query, which may be missing; the rest is left as it is.
Parsed<SearchSource> parse_search(DirectiveWords words);

Parsed<SearchBackend> parse_backend(DirectiveWords words);
Parsed<SearchSort> parse_sort(DirectiveWords words);
Parsed<SearchInterval> parse_interval(DirectiveWords words);
Parsed<SearchInterval> parse_last(DirectiveWords words);

// Directives of one value, with their bounds.
Parsed<uint64_t> parse_max_results(DirectiveWords words);
Parsed<unsigned> parse_page_size(DirectiveWords words);
Parsed<size_t> parse_dedup_window(DirectiveWords words);

// The message about a placeholder with a name that is the delivery's.
std::string reserved_parameter(std::string_view name, std::string_view directive);

}  // namespace dataaction
