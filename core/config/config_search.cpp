#include "core/config/config_search.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/search/search_query.h"
#include "core/webhook/reserved_parameters.h"

namespace dataaction {
namespace {

// What can be asked of a backend; by SearchBackend.
struct BackendRules {
  Dialect dialect;
  unsigned max_page_size;
};
constexpr std::array<BackendRules, kSearchBackendNames.size()> kRules = {{
    {Dialect::kTutorial, 200},
    {Dialect::kGenesys, 100},
    {Dialect::kGenesys, 1000},
}};

// `orderBy` of both details backends.
constexpr std::array<std::string_view, 4> kDetailsFields = {"conversationStart", "conversationEnd",
                                                            "segmentStart", "segmentEnd"};

const BackendRules& rules_of(SearchBackend backend) {
  return kRules[static_cast<size_t>(backend)];
}

std::string backends_of(Dialect dialect) {
  std::vector<std::string_view> names;
  for (size_t backend = 0; backend < kRules.size(); ++backend) {
    if (kRules[backend].dialect == dialect) names.push_back(kSearchBackendNames[backend]);
  }
  return one_of(names);
}

// A value that another backend or dialect would take.
std::unexpected<ConfigError> refuse(std::string_view value, std::string_view directive,
                                    const std::string& rule, const Position& at) {
  return config_failure(invalid_value(value, directive, rule).error(), at);
}

}  // namespace

Parsed<void> check_query(const SearchSource& search) {
  const bool in_file = !search.body_file.empty();
  const auto query = SearchQuery::parse(search);
  if (!query) {
    const std::string place = in_file ? quoted(search.body_file) : "\"search\" directive";
    return std::unexpected("invalid query in " + place + ": " + query.error());
  }
  const auto reserved = std::ranges::find_if(query->parameters(), is_reserved_parameter);
  if (reserved == query->parameters().end()) return {};
  return std::unexpected(reserved_parameter(*reserved, in_file ? "body" : "search"));
}

ConfigResult SearchDraft::set(DirectiveWords words, const Position& at) {
  const std::string_view name = words[0];
  if (name == "backend") return take(parse_backend(words), backend_, at);
  if (name == "body") return take(read_text(words), body_, at);
  if (name == "page_size") return take(parse_page_size(words), page_size_, at);
  if (name == "sort") return take(parse_sort(words), sort_, at);
  if (name == "interval") return set_interval(words, parse_interval(words), at);
  if (name == "last") return set_interval(words, parse_last(words), at);
  if (name == "max_results") return take(parse_max_results(words), max_results_, at);
  if (name == "dedup_window") return take(parse_dedup_window(words), dedup_window_, at);
  std::unreachable();
}

ConfigResult SearchDraft::set_interval(DirectiveWords words, Parsed<SearchInterval> interval,
                                       const Position& at) {
  if (interval_) return config_conflict(words[0], at, interval_directive_, interval_->at);
  interval_directive_ = words[0];
  return take(std::move(interval), interval_, at);
}

ConfigResult SearchDraft::finish(const Config& config, SourceConfig& source) const {
  auto& search = std::get<SearchSource>(source.kind);
  const PlatformConfig* platform = config.find_platform(search.platform);
  if (platform == nullptr) {
    return config_failure(
        "unknown platform " + quoted(search.platform) + " in \"search\" directive", source.kind_at);
  }
  const Dialect dialect = platform->dialect;
  search.backend =
      dialect == Dialect::kTutorial ? SearchBackend::kTutorialSearch : SearchBackend::kDetailsQuery;
  if (backend_) {
    search.backend = backend_->value;
    if (rules_of(search.backend).dialect != dialect) {
      return refuse(name_of(search.backend), "backend",
                    backends_of(dialect) + " in dialect " + quoted(name_of(dialect)), backend_->at);
    }
  }
  if (max_results_) search.max_results = *max_results_;
  if (dedup_window_) search.dedup_window = *dedup_window_;
  if (ConfigResult result = finish_page_size(search); !result) return result;
  if (ConfigResult result = finish_sort(search); !result) return result;
  if (ConfigResult result = finish_interval(search, source); !result) return result;
  return finish_query(search, source);
}

ConfigResult SearchDraft::finish_query(SearchSource& search, SourceConfig& source) const {
  if (!body_) {
    if (!search.query.empty()) return take(check_query(search), source.kind_at);
    return config_failure("source " + quoted(source.name) +
                              " has neither a query in its \"search\" directive nor a \"body\" one",
                          source.kind_at);
  }
  if (!search.query.empty()) return config_conflict("body", body_->at, "search", source.kind_at);
  if (search.backend == SearchBackend::kTutorialSearch) {
    return config_failure("\"body\" directive is not for " + quoted(name_of(search.backend)),
                          body_->at);
  }
  search.body_file = body_->value;
  source.body_at = body_->at;
  return {};
}

ConfigResult SearchDraft::finish_page_size(SearchSource& search) const {
  const unsigned most = rules_of(search.backend).max_page_size;
  search.page_size = page_size_ ? page_size_->value : most;
  if (search.page_size <= most) return {};
  return refuse(std::to_string(search.page_size), "page_size",
                "at most " + std::to_string(most) + " for " + quoted(name_of(search.backend)),
                page_size_->at);
}

ConfigResult SearchDraft::finish_sort(SearchSource& search) const {
  if (!sort_) return {};
  search.sort_field = sort_->value.field;
  search.ascending = sort_->value.ascending;
  if (search.backend == SearchBackend::kTutorialSearch ||
      std::ranges::find(kDetailsFields, search.sort_field) != kDetailsFields.end()) {
    return {};
  }
  return refuse(search.sort_field, "sort",
                one_of(kDetailsFields) + " for " + quoted(name_of(search.backend)), sort_->at);
}

ConfigResult SearchDraft::finish_interval(SearchSource& search, const SourceConfig& source) const {
  if (interval_) search.interval = interval_->value;
  const bool wanted = search.backend != SearchBackend::kTutorialSearch;
  if (wanted && !interval_) {
    return config_failure("source " + quoted(source.name) +
                              " has no \"interval\" or \"last\" directive, which " +
                              quoted(name_of(search.backend)) + " needs",
                          source.at);
  }
  // It has no way to say it; to leave it out would be another search.
  if (!wanted && interval_) {
    return config_failure(
        quoted(interval_directive_) + " directive is not for " + quoted(name_of(search.backend)),
        interval_->at);
  }
  return {};
}

}  // namespace dataaction
