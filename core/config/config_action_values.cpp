#include "core/config/config_action_values.h"

#include <algorithm>
#include <array>

#include "core/base/units.h"
#include "core/config/config_platform_values.h"
#include "core/platform/base_url.h"

namespace dataaction {
namespace {

using Milliseconds = std::chrono::milliseconds;
using std::chrono::hours;

constexpr Bounds<Milliseconds> kTimeout{parse_time, Milliseconds(1), hours(1),
                                        "between 1ms and 1h"};
constexpr Bounds<Milliseconds> kLife{parse_time, Milliseconds(1), hours(24 * 30),
                                     "between 1ms and 30d"};
constexpr Bounds<uint64_t> kAttempts{parse_number, 1, 100, "between 1 and 100"};
constexpr Bounds<uint64_t> kConcurrency{parse_number, 1, 4096, "between 1 and 4096"};
constexpr Bounds<uint64_t> kQueue{parse_number, 0, 65'536, "between 0 and 65536"};
constexpr Bounds<uint64_t> kCacheSize{parse_size, 4 << 10, 1 << 30, "between 4k and 1g"};

constexpr std::array<std::string_view, 6> kMethods = {"GET", "HEAD",  "POST",
                                                      "PUT", "PATCH", "DELETE"};
constexpr std::array<std::string_view, 2> kSwitch = {"off", "on"};
constexpr std::array<std::string_view, 2> kOnAbort = {"cancel", "finish"};
constexpr std::array<std::string_view, 3> kBodyTypes = {"json", "form", "text"};

// The message of a part of core/action, which knows no directive.
std::unexpected<std::string> wrong(std::string_view directive, const std::string& why) {
  return std::unexpected("invalid \"" + std::string(directive) + "\" directive: " + why);
}

// A status of HTTP, or all of a class of them: `404`, `5xx`.
std::optional<StatusRule> parse_codes(std::string_view word) {
  StatusRule rule;
  if (word.size() == 3 && word.ends_with("xx") && word[0] >= '3' && word[0] <= '5') {
    rule.least = (word[0] - '0') * 100;
    rule.most = rule.least + 99;
    return rule;
  }
  const auto number = parse_number(word);
  if (word.size() != 3 || !number || *number < 300 || *number > 599) return std::nullopt;
  rule.least = rule.most = static_cast<int>(*number);
  return rule;
}

}  // namespace

Parsed<std::string> parse_request_method(DirectiveWords words) {
  if (std::ranges::find(kMethods, words[1]) != kMethods.end()) return std::string(words[1]);
  return invalid_value(words[1], words[0], one_of(kMethods));
}

Parsed<HeaderTemplate> parse_header(DirectiveWords words) {
  auto header = HeaderTemplate::parse(words[1], words[2]);
  if (!header) return wrong(words[0], header.error());
  return std::move(*header);
}

Parsed<SecretHeader> parse_header_file(DirectiveWords words) {
  // The name has the rules of any header's.
  if (const auto header = HeaderTemplate::parse(words[1], ""); !header) {
    return wrong(words[0], header.error());
  }
  if (words[2].empty()) return invalid_value(words[2], words[0]);
  return SecretHeader{std::string(words[1]), std::string(words[2]), {}};
}

Parsed<BodyTemplate> parse_body(DirectiveWords words) {
  auto type = BodyType::kJson;
  Parameters parameters(words.subspan(2));
  while (parameters.next()) {
    const auto found = std::ranges::find(kBodyTypes, parameters.value());
    if (parameters.name() != "type") {
      parameters.refuse();
    } else if (found == kBodyTypes.end()) {
      parameters.refuse(one_of(kBodyTypes));
    } else {
      type = static_cast<BodyType>(found - kBodyTypes.begin());
    }
  }
  if (auto done = std::move(parameters).done(); !done) return std::unexpected(done.error());
  auto body = BodyTemplate::parse(words[1], type);
  if (!body) return wrong(words[0], body.error());
  return std::move(*body);
}

Parsed<BasicCredentials> parse_basic_auth(DirectiveWords words) {
  // RFC 7617: a colon ends the user.
  if (words[1].empty() || words[1].contains(':')) {
    return invalid_value(words[1], words[0], "a user name without \":\"");
  }
  if (words[2].empty()) return invalid_value(words[2], words[0]);
  return BasicCredentials{std::string(words[1]), std::string(words[2]), {}};
}

Parsed<ClientCertificate> parse_client_certificate(DirectiveWords words) {
  for (const std::string_view file : words.subspan(1)) {
    if (file.empty()) return invalid_value(file, words[0]);
  }
  return ClientCertificate{std::string(words[1]), std::string(words[2]), {}};
}

Parsed<void> read_oauth(DirectiveWords words, PlatformConfig& upstream) {
  const auto url = parse_base_url(words[1]);
  if (!url) {
    return std::unexpected("invalid URL in \"oauth\" directive, it must be " +
                           std::string(url.error()));
  }
  const size_t path = url->find('/', url->find("://") + 3);
  upstream.login_url = url->substr(0, path);
  upstream.paths[static_cast<size_t>(Route::kToken)] =
      path == std::string::npos ? "/" : url->substr(path);
  Parameters parameters(words.subspan(2));
  while (parameters.next()) {
    const std::array<std::string_view, 2> value = {words[0], parameters.value()};
    Parsed<void> taken;
    const auto take = [&](auto parsed, auto& target) {
      if (parsed) {
        target = std::move(*parsed);
      } else {
        taken = std::unexpected(std::move(parsed.error()));
      }
    };
    if (parameters.name() == "client_id") {
      take(parse_client_id(value), upstream.client_id);
    } else if (parameters.name() == "client_secret_file") {
      upstream.client_secret_file = parameters.value();
    } else if (parameters.name() == "scope") {
      upstream.scope = parameters.value();
    } else if (parameters.name() == "auth") {
      take(parse_client_auth(value), upstream.auth);
    } else {
      parameters.refuse();
    }
    if (!taken) return taken;
  }
  if (auto done = std::move(parameters).done(); !done) return done;
  if (upstream.client_id.empty() || upstream.client_secret_file.empty()) {
    return wrong(words[0], "it needs \"client_id=\" and \"client_secret_file=\"");
  }
  return {};
}

std::string describe_codes(const StatusRule& rule) {
  return rule.least == rule.most ? std::to_string(rule.least)
                                 : std::to_string(rule.least / 100) + "xx";
}

Parsed<std::vector<StatusRule>> parse_on_status(DirectiveWords words) {
  const auto answer =
      std::ranges::find_if(words, [](std::string_view word) { return word.starts_with('='); });
  if (answer == words.end() || answer == words.begin() + 1 || words.end() - answer > 2) {
    return wrong(words[0], "it must be as in \"404 410 =200\" or \"5xx =503 MESSAGE\"");
  }
  const auto status = parse_number(answer->substr(1));
  if (!status || (*status != 200 && (*status < 400 || *status > 599))) {
    return invalid_value(*answer, words[0], "\"=200\", or \"=\" and a status from 400 to 599");
  }
  const std::string_view message = answer + 1 == words.end() ? "" : *(answer + 1);
  if (*status == 200 && !message.empty()) {
    return wrong(words[0], "an answer of 200 has no message");
  }
  std::vector<StatusRule> rules;
  for (auto word = words.begin() + 1; word != answer; ++word) {
    auto rule = parse_codes(*word);
    if (!rule) {
      return invalid_value(*word, words[0], "a status from 300 to 599, or a class as \"5xx\"");
    }
    rule->answer = static_cast<int>(*status);
    rule->message = message;
    rules.push_back(std::move(*rule));
  }
  return rules;
}

Parsed<void> parse_on_error(DirectiveWords words) {
  if (words[1] == "200") return {};
  return invalid_value(words[1], words[0], "\"200\"");
}

Parsed<Milliseconds> parse_call_timeout(DirectiveWords words) {
  return read_value<Milliseconds>(words, kTimeout);
}

Parsed<void> read_call_retry(DirectiveWords words, PlatformConfig& upstream) {
  Parameters parameters(words.subspan(1));
  while (parameters.next()) {
    if (parameters.name() == "attempts") {
      parameters.read(kAttempts, upstream.max_attempts);
    } else if (parameters.name() == "max_wait") {
      parameters.read(kTimeout, upstream.max_wait);
    } else {
      parameters.refuse();
    }
  }
  return std::move(parameters).done();
}

Parsed<void> read_call_concurrency(DirectiveWords words, ActionConfig& action) {
  const auto places = read_value<unsigned>(words, kConcurrency);
  if (!places) return std::unexpected(places.error());
  action.upstream.concurrency = *places;
  Parameters parameters(words.subspan(2));
  while (parameters.next()) {
    if (parameters.name() == "queue") {
      parameters.read(kQueue, action.queue);
    } else {
      parameters.refuse();
    }
  }
  return std::move(parameters).done();
}

Parsed<CacheConfig> parse_cache(DirectiveWords words) {
  CacheConfig cache;
  const auto life = read_value<Milliseconds>(words, kLife);
  if (!life) return std::unexpected(life.error());
  cache.life = *life;
  Parameters parameters(words.subspan(2));
  while (parameters.next()) {
    if (parameters.name() == "size") {
      parameters.read(kCacheSize, cache.size);
    } else if (parameters.name() == "cache_control" && parameters.value() == "on") {
      cache.cache_control = true;
    } else {
      parameters.refuse();
    }
  }
  return std::move(parameters).done(cache);
}

Parsed<bool> parse_switch(DirectiveWords words) {
  enum class Switch : bool { kOff, kOn };
  const auto choice = read_choice<Switch>(words, kSwitch);
  if (!choice) return std::unexpected(choice.error());
  return *choice == Switch::kOn;
}

Parsed<OnAbort> parse_on_abort(DirectiveWords words) {
  enum class Choice : uint8_t { kCancel, kFinish };
  const auto choice = read_choice<Choice>(words, kOnAbort);
  if (!choice) return std::unexpected(choice.error());
  return *choice == Choice::kCancel ? OnAbort::kCancel : OnAbort::kFinish;
}

Parsed<IdempotencyConfig> parse_idempotency_key(DirectiveWords words) {
  auto key = BodyTemplate::parse(words[1], BodyType::kText);
  if (!key) return wrong(words[0], key.error());
  if (key->fields().empty()) return invalid_value(words[1], words[0], "a text with a \"${field}\"");
  const auto life = kLife.read(
      words[2], [&](std::string_view rule) { return invalid_value(words[2], words[0], rule); });
  if (!life) return std::unexpected(life.error());
  return IdempotencyConfig{std::move(*key), *life, {}};
}

}  // namespace dataaction
