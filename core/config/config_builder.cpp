#include "core/config/config_builder.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/config/config_action.h"
#include "core/config/config_platform.h"
#include "core/config/config_source.h"
#include "core/config/config_values.h"

namespace dataaction {
namespace {

// A thing with a position of its own.
template <typename Value>
ConfigResult place(Parsed<Value> value, Value& target, const Position& at) {
  ConfigResult result = take(std::move(value), target, at);
  if (result) target.at = at;
  return result;
}

// `first` is the thing that has the name, or nullptr.
template <typename Named>
ConfigResult check_new(std::string_view what, const Named* first, const Position& at) {
  if (first == nullptr) return {};
  std::string message = "duplicate ";
  message.append(what).append(1, ' ').append(quoted(first->name));
  message.append(", first seen at ").append(describe(first->at));
  return config_failure(std::move(message), at);
}

// The others stand once in their block.
bool may_repeat(std::string_view directive) {
  static constexpr std::array<std::string_view, 6> kRepeatable = {
      "database", "path", "header", "header_file", "output", "on_status"};
  return std::ranges::find(kRepeatable, directive) != kRepeatable.end();
}

// Strings end at a null byte for the system and for SQLite, and it is the digest's separator.
ConfigResult check_words(DirectiveWords words, const Position& at) {
  for (const std::string_view word : words) {
    if (word.contains('\0'))
      return config_failure("null byte in " + quoted(words[0]) + " directive", at);
  }
  return {};
}

void digest_words(Fnv1a& digest, DirectiveWords words, char end) {
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

ConfigResult ConfigBuilder::directive(Words words, const Position& at) {
  if (Result result = check_words(words, at); !result) return result;
  const std::string_view name = words[0];
  if (!may_repeat(name)) {
    auto& seen = inner_ ? seen_in_inner_ : seen_in_dataaction_;
    if (std::ranges::find(seen, name) != seen.end()) {
      return config_failure(quoted(name) + " directive is duplicate", at);
    }
    seen.emplace_back(name);
  }
  digest_words(digest_, words, kDirectiveEnd);
  return inner_ ? inner_->set(words, at) : set_in_dataaction(words, at);
}

ConfigResult ConfigBuilder::open_block(Words words, const Position& at) {
  if (words[0] == "dataaction") {
    if (std::exchange(has_block_, true)) {
      return config_failure("\"dataaction\" directive is duplicate", at);
    }
    return {};
  }
  if (Result result = check_words(words, at); !result) return result;
  digest_words(digest_, words, kBlockStart);
  seen_in_inner_.clear();
  return open_inner(words, at);
}

ConfigResult ConfigBuilder::close_block() {
  if (inner_) {
    digest_.add(kBlockEnd);
    return std::exchange(inner_, nullptr)->close(config_, late_);
  }
  for (LateStep& step : late_) {
    if (Result result = step(config_); !result) return result;
  }
  return {};
}

Config ConfigBuilder::finish() && {
  config_.digest = digest_.value();
  return std::move(config_);
}

ConfigResult ConfigBuilder::set_in_dataaction(Words words, const Position& at) {
  const std::string_view name = words[0];
  if (name == "listen") return place(parse_listen(words), config_.listen, at);
  if (name == "log") return place(parse_log(words), config_.log, at);
  if (name == "state_path") {
    config_.state_path_at = at;
    return take(read_text(words), config_.state_path, at);
  }
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

ConfigResult ConfigBuilder::open_inner(Words words, const Position& at) {
  const std::string_view what = words[0];
  auto name = parse_name(what, words[1]);
  if (!name) return config_failure(std::move(name.error()), at);
  if (what == "source" || what == "action") {
    // One name space: a webhook's answer is counted by it.
    if (auto free = check_new(what, config_.find_source(*name), at); !free) return free;
    if (auto free = check_new(what, config_.find_action(*name), at); !free) return free;
    if (what == "source") {
      inner_ = std::make_unique<SourceDraft>(*name, at);
    } else {
      inner_ = std::make_unique<ActionDraft>(*name, at);
    }
    return {};
  }
  if (what == "platform") {
    inner_ = std::make_unique<PlatformDraft>(*name, at);
    return check_new(what, config_.find_platform(*name), at);
  }
  std::unreachable();
}

ConfigResult ConfigBuilder::add_database(Words words, const Position& at) {
  DatabaseConfig database;
  if (Result result = place(parse_database(words), database, at); !result) return result;
  if (Result result = check_new("database", config_.find_database(database.name), at); !result) {
    return result;
  }
  config_.databases.push_back(std::move(database));
  return {};
}

}  // namespace dataaction
