#include "core/config/config_source_values.h"

#include <algorithm>
#include <limits>

#include "core/base/units.h"

namespace dataaction {
namespace {

constexpr Bounds<uint64_t> kRecords{parse_number, 0, std::numeric_limits<int64_t>::max(),
                                    "at most 9223372036854775807"};

}  // namespace

Parsed<SyntheticSource> parse_synthetic(DirectiveWords words) {
  SyntheticSource source;
  if (words[1] == "nested") {
    source.kind = SyntheticKind::kNested;
  } else if (words[1] != "transactions") {
    return invalid_value(words[1], words[0], "\"transactions\" or \"nested\"");
  }
  return source;
}

Parsed<FileSource> parse_file(DirectiveWords words) {
  auto path = read_text(words);
  if (!path) return std::unexpected(std::move(path.error()));
  FileSource source{.path = std::move(*path)};
  if (words.size() > 2) {
    if (words[2] != "trusted") return invalid_parameter(words[2]);
    source.trusted = true;
  }
  return source;
}

Parsed<SqlSource> parse_sql(DirectiveWords words) {
  auto database = parse_name("database", words[1]);
  if (!database) return std::unexpected(std::move(database.error()));
  if (words[2].find_first_not_of(" \t\r\n;") == std::string_view::npos) {
    return std::unexpected("empty statement in \"sql\" directive");
  }
  return SqlSource{std::move(*database), std::string(words[2]), {}};
}

Parsed<std::vector<std::string>> parse_json_columns(DirectiveWords words) {
  std::vector<std::string> columns;
  for (const std::string_view column : words.subspan(1)) {
    if (column.empty()) return invalid_value(column, words[0]);
    if (std::ranges::find(columns, column) != columns.end()) {
      return std::unexpected("duplicate column \"" + std::string(column) +
                             "\" in \"json\" directive");
    }
    columns.emplace_back(column);
  }
  return columns;
}

Parsed<uint64_t> parse_records(DirectiveWords words) {
  return read_value<uint64_t>(words, kRecords);
}

}  // namespace dataaction
