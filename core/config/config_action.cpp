#include "core/config/config_action.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/base/ascii.h"
#include "core/config/config_action_values.h"
#include "core/config/config_platform_values.h"

namespace dataaction {
namespace {

using namespace std::chrono_literals;

// A Data Action waits, so an API is asked with less patience than the platform itself.
PlatformConfig defaults() {
  PlatformConfig upstream;
  upstream.max_attempts = 2;
  upstream.max_wait = 1s;
  upstream.request_timeout = 10s;
  upstream.connect_timeout = 5s;
  upstream.max_response_size = 1024 * 1024;
  return upstream;
}

// A thing with a position of its own.
template <typename Value, typename Target>
ConfigResult take_placed(Parsed<Value> value, Target& target, const Position& at) {
  if (!value) return config_failure(std::move(value.error()), at);
  value->at = at;
  target = std::move(*value);
  return {};
}

}  // namespace

ActionDraft::ActionDraft(std::string name, Position at) {
  action_.upstream = defaults();
  action_.upstream.name = name;
  action_.upstream.at = at;
  action_.name = std::move(name);
  action_.at = std::move(at);
}

ConfigResult ActionDraft::set(DirectiveWords words, const Position& at) {
  action_.words.push_back(std::to_string(words.size()));
  action_.words.insert(action_.words.end(), words.begin(), words.end());
  const std::string_view name = words[0];
  if (name == "contract") {
    action_.contract_at = at;
    return take(read_text(words), action_.contract_file, at);
  }
  if (name == "request" || name == "header" || name == "body") return set_request(words, at);
  if (name == "header_file" || name == "basic_auth" || name == "oauth" ||
      name == "client_certificate" || name == "ca_file") {
    return set_credentials(words, at);
  }
  if (name == "output" || name == "on_status" || name == "on_error") return set_answer(words, at);
  return set_limit(words, at);
}

ConfigResult ActionDraft::set_request(DirectiveWords words, const Position& at) {
  const std::string_view name = words[0];
  if (name == "request") {
    action_.request_at = at;
    if (auto taken = take(parse_request_method(words), action_.method, at); !taken) return taken;
    auto url = UrlTemplate::parse(words[2]);
    if (!url) return config_failure("invalid URL in \"request\" directive: " + url.error(), at);
    action_.url = std::move(*url);
    return {};
  }
  if (name == "header") {
    auto header = parse_header(words);
    if (!header) return config_failure(std::move(header.error()), at);
    action_.headers.emplace_back(std::move(*header), at);
    return {};
  }
  return take(parse_body(words), action_.body, at);
}

ConfigResult ActionDraft::set_credentials(DirectiveWords words, const Position& at) {
  const std::string_view name = words[0];
  if (name == "header_file") {
    return take_placed(parse_header_file(words), action_.secret_headers.emplace_back(), at);
  }
  if (name == "basic_auth") return take_placed(parse_basic_auth(words), action_.basic, at);
  if (name == "client_certificate") {
    return take_placed(parse_client_certificate(words), action_.certificate, at);
  }
  if (name == "ca_file") {
    action_.upstream.ca_file_at = at;
    return take(read_text(words), action_.upstream.ca_file, at);
  }
  action_.oauth_at = at;
  action_.upstream.client_secret_file_at = at;
  return take(read_oauth(words, action_.upstream), at);
}

ConfigResult ActionDraft::set_answer(DirectiveWords words, const Position& at) {
  const std::string_view name = words[0];
  if (name == "output") {
    const auto fallback =
        words.size() > 3 ? std::optional<std::string_view>(words[3]) : std::nullopt;
    if (auto added = action_.outputs.add(words[1], words[2], fallback); !added) {
      return config_failure("invalid \"output\" directive: " + added.error(), at);
    }
    action_.output_at.push_back(at);
    return {};
  }
  if (name == "on_error") {
    action_.on_error_ok = at;
    return take(parse_on_error(words), at);
  }
  auto rules = parse_on_status(words);
  if (!rules) return config_failure(std::move(rules.error()), at);
  for (StatusRule& rule : *rules) {
    rule.at = at;
    if (auto added = add_status_rule(std::move(rule)); !added) return added;
  }
  return {};
}

// The first rule that fits counts: one that another takes everything from does nothing.
ConfigResult ActionDraft::add_status_rule(StatusRule rule) {
  const auto before = std::ranges::find_if(action_.statuses, [&rule](const StatusRule& other) {
    return other.least <= rule.least && rule.most <= other.most;
  });
  if (before == action_.statuses.end()) {
    action_.statuses.push_back(std::move(rule));
    return {};
  }
  return config_failure("\"on_status\" directive for " + describe_codes(rule) +
                            ", which the one for " + describe_codes(*before) + " at " +
                            describe(before->at) + " takes already",
                        rule.at);
}

ConfigResult ActionDraft::set_limit(DirectiveWords words, const Position& at) {
  const std::string_view name = words[0];
  PlatformConfig& upstream = action_.upstream;
  if (name == "timeout") return take(parse_call_timeout(words), upstream.request_timeout, at);
  if (name == "connect_timeout") {
    return take(parse_attempt_timeout(words), upstream.connect_timeout, at);
  }
  if (name == "max_response_size") {
    return take(parse_max_response_size(words), upstream.max_response_size, at);
  }
  if (name == "retry") return take(read_call_retry(words, upstream), at);
  if (name == "breaker") return take(read_breaker(words, upstream), at);
  if (name == "concurrency") return take(read_call_concurrency(words, action_), at);
  if (name == "coalesce") {
    coalesce_at_ = at;
    return take(parse_switch(words), action_.coalesce, at);
  }
  if (name == "cache") {
    cache_at_ = at;
    return take(parse_cache(words), action_.cache, at);
  }
  if (name == "idempotent") return take(parse_switch(words), action_.idempotent, at);
  if (name == "idempotency_key") {
    return take_placed(parse_idempotency_key(words), action_.idempotency, at);
  }
  if (name == "on_abort") return take(parse_on_abort(words), action_.on_abort, at);
  std::unreachable();
}

ConfigResult ActionDraft::close(Config& config, std::vector<LateStep>& late) {
  if (action_.contract_file.empty()) return missing("contract");
  if (!action_.url) return missing("request");
  if (action_.outputs.empty()) return missing("output");
  if (auto checked = check(); !checked) return checked;
  // Time without a byte counts like any other: a call has one timeout.
  action_.upstream.read_timeout = std::chrono::milliseconds(0);
  late.emplace_back([index = config.actions.size()](Config& all) -> ConfigResult {
    all.actions[index].max_object = all.max_record_size;
    return {};
  });
  if (action_.idempotency) {
    late.emplace_back([at = action_.idempotency->at](Config& all) -> ConfigResult {
      if (!all.state_path.empty()) return {};
      return config_failure("\"idempotency_key\" directive needs a \"state_path\"", at);
    });
  }
  config.actions.push_back(std::move(action_));
  return {};
}

ConfigResult ActionDraft::check() const {
  if (action_.body && !action_.has_body()) {
    return config_failure("a " + action_.method + " has no \"body\"", action_.body->at);
  }
  if (action_.basic && action_.oauth_at) {
    return config_conflict("oauth", *action_.oauth_at, "basic_auth", action_.basic->at);
  }
  if (auto checked = check_headers(); !checked) return checked;
  if (action_.idempotency && cache_at_) {
    return config_conflict("cache", *cache_at_, "idempotency_key", action_.idempotency->at);
  }
  // Who would get somebody else's answer, or none, must have done nothing by asking.
  const auto needs_repeatable = [&](std::string_view directive, const Position& at) {
    return config_failure(quoted(directive) + " directive is only for a GET or HEAD request, or " +
                              "with \"idempotent on\"",
                          at);
  };
  const bool shareable = action_.is_safe() || action_.idempotent;
  if (action_.coalesce && !shareable) return needs_repeatable("coalesce", *coalesce_at_);
  if (cache_at_ && !shareable) return needs_repeatable("cache", *cache_at_);
  return {};
}

// Two of one name are a list to one server, and the first or the last of them to another.
ConfigResult ActionDraft::check_headers() const {
  std::map<std::string, Position> set;
  const auto add = [&set](const std::string& name, const Position& at) -> ConfigResult {
    const auto [found, added] = set.try_emplace(ascii_lower(name), at);
    if (added) return {};
    return config_failure(
        "header " + quoted(name) + " is set twice, also at " + describe(found->second), at);
  };
  ConfigResult added;
  if (action_.basic) added = add("Authorization", action_.basic->at);
  if (action_.oauth_at) added = add("Authorization", *action_.oauth_at);
  for (const SecretHeader& header : action_.secret_headers) {
    if (added) added = add(header.name, header.at);
  }
  for (const auto& header : action_.headers) {
    if (added) added = add(header.value.name(), header.at);
  }
  return added;
}

ConfigResult ActionDraft::missing(std::string_view directive) const {
  return config_failure(
      "action " + quoted(action_.name) + " has no " + quoted(directive) + " directive", action_.at);
}

}  // namespace dataaction
