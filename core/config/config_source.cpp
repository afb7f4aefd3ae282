#include "core/config/config_source.h"

#include <utility>

#include "core/config/config_source_values.h"

namespace dataaction {
namespace {

// The directive whose kind of source `directive` goes with.
std::string_view kind_for(std::string_view directive) {
  if (directive == "records") return "synthetic";
  if (directive == "json") return "sql";
  return "search";
}

ConfigResult check_database(const Config& config, const SourceConfig& source) {
  const std::string& database = std::get<SqlSource>(source.kind).database;
  if (config.find_database(database)) return {};
  return config_failure("unknown database " + quoted(database) + " in \"sql\" directive",
                        source.kind_at);
}

}  // namespace

ConfigResult SourceDraft::set(DirectiveWords words, const Position& at) {
  const std::string_view name = words[0];
  if (name == "synthetic") return set_kind(words, parse_synthetic(words), at);
  if (name == "file") return set_kind(words, parse_file(words), at);
  if (name == "sql") return set_kind(words, parse_sql(words), at);
  if (name == "search") return set_kind(words, parse_search(words), at);
  return set_extra(words, at);
}

ConfigResult SourceDraft::set_extra(DirectiveWords words, const Position& at) {
  const std::string_view name = words[0];
  extras_.emplace_back(std::string(name), at);
  if (name == "records") return take(parse_records(words), records_, at);
  if (name == "json") return take(parse_json_columns(words), json_columns_, at);
  return search_.set(words, at);
}

template <typename Kind>
ConfigResult SourceDraft::set_kind(DirectiveWords words, Parsed<Kind> kind, const Position& at) {
  if (kind_) return config_conflict(words[0], at, kind_name_, kind_at_);
  kind_name_ = words[0];
  kind_at_ = at;
  return take(std::move(kind), kind_, at);
}

ConfigResult SourceDraft::close(Config& config, std::vector<LateStep>& late) {
  if (!kind_) {
    return config_failure("source " + quoted(name_) +
                              " has no \"synthetic\", \"file\", \"sql\" or \"search\" directive",
                          at_);
  }
  for (const Extra& extra : extras_) {
    if (const std::string_view kind = kind_for(extra.directive); kind != kind_name_) {
      return config_failure(quoted(extra.directive) + " directive is only for " + quoted(kind),
                            extra.at);
    }
  }
  const size_t index = config.sources.size();
  SourceConfig& source = config.sources.emplace_back(name_, std::move(*kind_), at_, kind_at_);
  if (auto* synthetic = std::get_if<SyntheticSource>(&source.kind); synthetic && records_) {
    synthetic->records = *records_;
  }
  if (auto* sql = std::get_if<SqlSource>(&source.kind)) {
    sql->json_columns = std::move(json_columns_);
    late.emplace_back([index](Config& all) { return check_database(all, all.sources[index]); });
  }
  if (std::holds_alternative<SearchSource>(source.kind)) {
    late.emplace_back([index, draft = std::move(search_)](Config& all) {
      return draft.finish(all, all.sources[index]);
    });
  }
  return {};
}

}  // namespace dataaction
