// The arguments of the directives that stand in `dataaction` itself: words to values. Pure; an
// error is the message without the position.

#pragma once

#include "core/config/config.h"
#include "core/config/config_parameters.h"

namespace dataaction {

// `at` is left empty.
Parsed<ListenConfig> parse_listen(DirectiveWords words);
Parsed<LogConfig> parse_log(DirectiveWords words);
Parsed<DatabaseConfig> parse_database(DirectiveWords words);

// Directives of one value, with their bounds.
Parsed<std::chrono::milliseconds> parse_shutdown_timeout(DirectiveWords words);
Parsed<unsigned> parse_max_connections(DirectiveWords words);
Parsed<uint32_t> parse_max_record_size(DirectiveWords words);
Parsed<unsigned> parse_sql_threads(DirectiveWords words);
Parsed<size_t> parse_status_zone_size(DirectiveWords words);

}  // namespace dataaction
