// The arguments of `synthetic`, `file` and `sql` and of what goes with them: words to values. Pure;
// an error is the message without the position.

#pragma once

#include "core/config/config.h"
#include "core/config/config_parameters.h"

namespace dataaction {

Parsed<SyntheticSource> parse_synthetic(DirectiveWords words);
Parsed<FileSource> parse_file(DirectiveWords words);
Parsed<SqlSource> parse_sql(DirectiveWords words);

Parsed<uint64_t> parse_records(DirectiveWords words);
Parsed<std::vector<std::string>> parse_json_columns(DirectiveWords words);

}  // namespace dataaction
