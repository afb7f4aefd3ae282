#include "core/config_builder.h"

#include <algorithm>
#include <utility>

#include "core/config_values.h"

namespace dataaction {
namespace {

std::unexpected<ConfigError> failed(std::string message, const Position& at) {
  return std::unexpected(ConfigError{std::move(message), at});
}

std::string quoted(std::string_view text) {
  return '"' + std::string(text) + '"';
}

// Takes a parsed value, or gives its message a position.
template <typename Value, typename Target>
ConfigBuilder::Result take(Parsed<Value> value, Target& target, const Position& at) {
  if (!value) return failed(std::move(value.error()), at);
  target = std::move(*value);
  return {};
}

// A thing with a position of its own.
template <typename Value>
ConfigBuilder::Result place(Parsed<Value> value, Value& target, const Position& at) {
  ConfigBuilder::Result result = take(std::move(value), target, at);
  if (result) target.at = at;
  return result;
}

// Strings end at a null byte for the system and for SQLite, and it is the digest's separator.
ConfigBuilder::Result check_words(ConfigBuilder::Words words, const Position& at) {
  for (const std::string_view word : words) {
    if (word.contains('\0')) return failed("null byte in " + quoted(words[0]) + " directive", at);
  }
  return {};
}

void digest_words(Fnv1a& digest, ConfigBuilder::Words words, char end) {
  for (const std::string_view word : words) {
    digest.add(word);
    digest.add('\0');
  }
  digest.add(end);
}

constexpr char kDirectiveEnd = 0x01;
constexpr char kBlockStart = 0x02;
constexpr char kBlockEnd = 0x03;

}  // namespace

ConfigBuilder::Result ConfigBuilder::directive(Words words, const Position& at) {
  if (Result result = check_words(words, at); !result) return result;
  const std::string_view name = words[0];
  if (name != "database") {
    auto& seen = source_ ? seen_in_source_ : seen_in_dataaction_;
    if (std::ranges::find(seen, name) != seen.end()) {
      return failed(quoted(name) + " directive is duplicate", at);
    }
    seen.emplace_back(name);
  }
  digest_words(digest_, words, kDirectiveEnd);
  return source_ ? set_in_source(words, at) : set_in_dataaction(words, at);
}

ConfigBuilder::Result ConfigBuilder::open_block(Words words, const Position& at) {
  if (words[0] == "dataaction") {
    if (std::exchange(has_block_, true)) return failed("\"dataaction\" directive is duplicate", at);
    return {};
  }
  if (Result result = check_words(words, at); !result) return result;
  auto name = parse_name("source", words[1]);
  if (!name) return failed(std::move(name.error()), at);
  if (const SourceConfig* first = config_.find_source(*name)) {
    return failed("duplicate source " + quoted(*name) + ", first seen at " + describe(first->at),
                  at);
  }
  digest_words(digest_, words, kBlockStart);
  source_.emplace().name = std::move(*name);
  source_->at = at;
  seen_in_source_.clear();
  return {};
}

ConfigBuilder::Result ConfigBuilder::close_block() {
  if (!source_) return check_databases();
  digest_.add(kBlockEnd);
  return close_source();
}

Config ConfigBuilder::finish() && {
  config_.digest = digest_.value();
  return std::move(config_);
}

ConfigBuilder::Result ConfigBuilder::set_in_dataaction(Words words, const Position& at) {
  const std::string_view name = words[0];
  if (name == "listen") return place(parse_listen(words), config_.listen, at);
  if (name == "log") return place(parse_log(words), config_.log, at);
  if (name == "database") return add_database(words, at);
  if (name == "shutdown_timeout") {
    return take(parse_shutdown_timeout(words), config_.shutdown_timeout, at);
  }
  if (name == "max_connections") {
    return take(parse_max_connections(words), config_.max_connections, at);
  }
  if (name == "max_record_size") {
    return take(parse_max_record_size(words), config_.max_record_size, at);
  }
  if (name == "sql_threads") return take(parse_sql_threads(words), config_.sql_threads, at);
  if (name == "status_zone_size") {
    return take(parse_status_zone_size(words), config_.status_zone_size, at);
  }
  std::unreachable();
}

ConfigBuilder::Result ConfigBuilder::set_in_source(Words words, const Position& at) {
  const std::string_view name = words[0];
  if (name == "synthetic") return set_kind(words, parse_synthetic(words), at);
  if (name == "file") return set_kind(words, parse_file(words), at);
  if (name == "sql") return set_kind(words, parse_sql(words), at);
  if (name == "records") {
    source_->records_at = at;
    return take(parse_records(words), source_->records, at);
  }
  if (name == "json") {
    source_->json_at = at;
    return take(parse_json_columns(words), source_->json_columns, at);
  }
  std::unreachable();
}

ConfigBuilder::Result ConfigBuilder::add_database(Words words, const Position& at) {
  DatabaseConfig database;
  if (Result result = place(parse_database(words), database, at); !result) return result;
  if (const DatabaseConfig* first = config_.find_database(database.name)) {
    return failed(
        "duplicate database " + quoted(database.name) + ", first seen at " + describe(first->at),
        at);
  }
  config_.databases.push_back(std::move(database));
  return {};
}

template <typename Kind>
ConfigBuilder::Result ConfigBuilder::set_kind(Words words, Parsed<Kind> kind, const Position& at) {
  if (source_->kind) {
    return failed(quoted(words[0]) + " directive conflicts with " + quoted(source_->kind_name) +
                      " at " + describe(source_->kind_at),
                  at);
  }
  source_->kind_name = words[0];
  source_->kind_at = at;
  return take(std::move(kind), source_->kind, at);
}

ConfigBuilder::Result ConfigBuilder::close_source() {
  Draft draft = std::move(*source_);
  source_.reset();
  if (!draft.kind) {
    return failed(
        "source " + quoted(draft.name) + " has no \"synthetic\", \"file\" or \"sql\" directive",
        draft.at);
  }
  auto* synthetic = std::get_if<SyntheticSource>(&*draft.kind);
  if (draft.records) {
    if (!synthetic)
      return failed("\"records\" directive is only for \"synthetic\"", draft.records_at);
    synthetic->records = *draft.records;
  }
  auto* sql = std::get_if<SqlSource>(&*draft.kind);
  if (!draft.json_columns.empty()) {
    if (!sql) return failed("\"json\" directive is only for \"sql\"", draft.json_at);
    sql->json_columns = std::move(draft.json_columns);
  }
  config_.sources.push_back({std::move(draft.name), std::move(*draft.kind), std::move(draft.at),
                             std::move(draft.kind_at)});
  return {};
}

ConfigBuilder::Result ConfigBuilder::check_databases() const {
  for (const SourceConfig& source : config_.sources) {
    const auto* sql = std::get_if<SqlSource>(&source.kind);
    if (sql && !config_.find_database(sql->database)) {
      return failed("unknown database " + quoted(sql->database) + " in \"sql\" directive",
                    source.kind_at);
    }
  }
  return {};
}

}  // namespace dataaction
