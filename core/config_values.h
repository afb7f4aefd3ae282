// The arguments of single directives: words to values. Pure; the words are those of the directive,
// its name first, as many as the table in core/directives.h allows. An error is the message without
// the position.

#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "core/config.h"

namespace dataaction {

using DirectiveWords = std::span<const std::string_view>;
template <typename Value>
using Parsed = std::expected<Value, std::string>;

// `at` is left empty.
Parsed<ListenConfig> parse_listen(DirectiveWords words);
Parsed<LogConfig> parse_log(DirectiveWords words);
Parsed<DatabaseConfig> parse_database(DirectiveWords words);

// The kinds of sources.
Parsed<SyntheticSource> parse_synthetic(DirectiveWords words);
Parsed<FileSource> parse_file(DirectiveWords words);
Parsed<SqlSource> parse_sql(DirectiveWords words);
Parsed<std::vector<std::string>> parse_json_columns(DirectiveWords words);

// Directives of one value, with their bounds.
Parsed<std::chrono::milliseconds> parse_shutdown_timeout(DirectiveWords words);
Parsed<unsigned> parse_max_connections(DirectiveWords words);
Parsed<uint32_t> parse_max_record_size(DirectiveWords words);
Parsed<unsigned> parse_sql_threads(DirectiveWords words);
Parsed<size_t> parse_status_zone_size(DirectiveWords words);
Parsed<uint64_t> parse_records(DirectiveWords words);

// [A-Za-z0-9_.-]{1,64}. `what` is the kind of the thing, for the message.
Parsed<std::string> parse_name(std::string_view what, std::string_view name);

}  // namespace dataaction
