#include "core/config/config_search_values.h"

#include <algorithm>
#include <limits>

#include "core/base/iso_interval.h"
#include "core/base/units.h"
#include "core/search/query_template.h"
#include "core/webhook/reserved_parameters.h"

namespace dataaction {
namespace {

using std::chrono::days;
using std::chrono::seconds;

// A year is more than the platform keeps in one query; it bounds what a slip of the pen asks for.
constexpr Bounds<seconds> kLast{parse_seconds, seconds(1), days(366), "between 1s and 366d"};
constexpr Bounds<uint64_t> kMaxResults{parse_number, 1, std::numeric_limits<int64_t>::max(),
                                       "at least 1"};
constexpr Bounds<uint64_t> kPageSize{parse_number, 1, 1000, "between 1 and 1000"};
constexpr Bounds<uint64_t> kDedupWindow{parse_number, 1, 100'000'000, "between 1 and 100000000"};

constexpr size_t kMaxField = 64;
constexpr size_t kMaxParameter = 64;

bool is_parameter_name(std::string_view name) {
  return name.size() <= kMaxParameter && is_name(name);
}

}  // namespace

std::string reserved_parameter(std::string_view name, std::string_view directive) {
  std::string message = "parameter \":";
  message.append(name).append("\" in \"").append(directive).append("\" directive is reserved");
  return message;
}

Parsed<SearchSource> parse_search(DirectiveWords words) {
  auto platform = parse_name("platform", words[1]);
  if (!platform) return std::unexpected(std::move(platform.error()));
  SearchSource search;
  search.platform = std::move(*platform);
  if (words.size() > 2) {
    if (words[2].empty()) {
      return std::unexpected("invalid query in \"search\" directive: the query is empty");
    }
    search.query = words[2];
  }
  return search;
}

Parsed<SearchBackend> parse_backend(DirectiveWords words) {
  return read_choice<SearchBackend>(words, kSearchBackendNames);
}

Parsed<SearchSort> parse_sort(DirectiveWords words) {
  static constexpr auto is_field_char = [](char c) { return is_name_char(c) || c == '.'; };
  const std::string_view field = words[1];
  if (field.empty() || field.size() > kMaxField || !std::ranges::all_of(field, is_field_char)) {
    return invalid_value(field, words[0], "1 to 64 letters, digits, \"_\" or \".\"");
  }
  SearchSort sort{std::string(field)};
  if (words.size() > 2) {
    sort.ascending = words[2] == "asc";
    if (!sort.ascending && words[2] != "desc") {
      return invalid_parameter(words[2], "\"asc\" or \"desc\"");
    }
  }
  return sort;
}

Parsed<SearchInterval> parse_interval(DirectiveWords words) {
  const std::string_view text = words[1];
  SearchInterval interval;
  if (text.starts_with(':')) {
    interval.parameter = text.substr(1);
    if (!is_parameter_name(interval.parameter)) {
      return invalid_value(text, words[0], "\":\" and the name of a parameter");
    }
    if (is_reserved_parameter(interval.parameter)) {
      return std::unexpected(reserved_parameter(interval.parameter, words[0]));
    }
    return interval;
  }
  const auto fixed = parse_iso_interval(text);
  if (!fixed) return invalid_value(text, words[0], fixed.error());
  interval.begin = fixed->begin;
  interval.end = fixed->end;
  return interval;
}

Parsed<SearchInterval> parse_last(DirectiveWords words) {
  const auto last = read_value<seconds>(words, kLast);
  if (!last) return std::unexpected(last.error());
  SearchInterval interval;
  interval.last = *last;
  return interval;
}

Parsed<uint64_t> parse_max_results(DirectiveWords words) {
  return read_value<uint64_t>(words, kMaxResults);
}
Parsed<unsigned> parse_page_size(DirectiveWords words) {
  return read_value<unsigned>(words, kPageSize);
}
Parsed<size_t> parse_dedup_window(DirectiveWords words) {
  return read_value<size_t>(words, kDedupWindow);
}

}  // namespace dataaction
