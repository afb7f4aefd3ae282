#include "core/config/config_platform_values.h"

#include <algorithm>

#include "core/base/units.h"
#include "core/platform/base_url.h"

namespace dataaction {
namespace {

using Milliseconds = std::chrono::milliseconds;
using std::chrono::hours;

constexpr Bounds<uint64_t> kRate{parse_number, 1, 1'000'000, "between 1 and 1000000"};
constexpr Bounds<uint64_t> kConcurrency{parse_number, 1, 1024, "between 1 and 1024"};
constexpr Bounds<uint64_t> kAttempts{parse_number, 1, 100, "between 1 and 100"};
constexpr Bounds<uint64_t> kFailures{parse_number, 1, 1000, "between 1 and 1000"};
constexpr Bounds<Milliseconds> kTime{parse_time, Milliseconds(1), hours(24), "between 1ms and 1d"};
constexpr Bounds<Milliseconds> kAttemptTimeout{parse_time, Milliseconds(1), hours(1),
                                               "between 1ms and 1h"};
constexpr Bounds<uint64_t> kMaxResponseSize{parse_size, 1 << 10, 1 << 30, "between 1k and 1g"};

constexpr size_t kMaxClientId = 256;
constexpr size_t kMaxPath = 512;

bool is_visible(char c) {
  return c > ' ' && c < '\x7f';
}

// RFC 3986, section 3.3; a query and a fragment are no part of it.
bool is_path_char(char c) {
  return is_visible(c) && !std::string_view("\"#<>?[\\]^`{|}").contains(c);
}

}  // namespace

Parsed<Dialect> parse_dialect(DirectiveWords words) {
  return read_choice<Dialect>(words, kDialectNames);
}

Parsed<ClientAuth> parse_client_auth(DirectiveWords words) {
  return read_choice<ClientAuth>(words, kClientAuthNames);
}

Parsed<PlatformPath> parse_platform_path(DirectiveWords words) {
  const auto route = read_choice<Route>(words, kRouteNames);
  if (!route) return std::unexpected(route.error());
  const std::string_view path = words[2];
  std::string plain(path);
  if (*route == Route::kExecute) {
    if (const size_t id = plain.find(kActionId); id != std::string::npos) {
      plain.erase(id, kActionId.size());
    }
  }
  if (!path.starts_with('/') || path.size() > kMaxPath ||
      !std::ranges::all_of(plain, is_path_char)) {
    return invalid_value(path, words[0], "a path that starts with \"/\", without a query");
  }
  return PlatformPath{*route, std::string(path)};
}

Parsed<RegionUrls> parse_region(DirectiveWords words) {
  const auto region = find_region(words[1]);
  if (!region) {
    return std::unexpected("unknown region \"" + std::string(words[1]) +
                           "\" in \"region\" directive, it must be one of Genesys Cloud's, as in "
                           "\"eu-west-1\" or \"mypurecloud.ie\"");
  }
  return urls_of(*region);
}

Parsed<std::string> parse_platform_url(DirectiveWords words) {
  auto url = parse_base_url(words[1]);
  if (url) return std::move(*url);
  std::string message = "invalid URL in \"";
  message.append(words[0]).append("\" directive, it must be ").append(url.error());
  return std::unexpected(std::move(message));
}

Parsed<std::string> parse_client_id(DirectiveWords words) {
  const std::string_view id = words[1];
  if (id.empty() || id.size() > kMaxClientId || id.contains(':') ||
      !std::ranges::all_of(id, is_visible)) {
    return invalid_value(id, words[0], "1 to 256 visible ASCII characters without \":\"");
  }
  return std::string(id);
}

Parsed<std::string> parse_scope(DirectiveWords words) {
  static constexpr auto is_scope_char = [](char c) {
    return is_visible(c) && c != '"' && c != '\\';
  };
  std::string scope;
  for (const std::string_view word : words.subspan(1)) {
    if (word.empty() || !std::ranges::all_of(word, is_scope_char)) {
      return invalid_value(word, words[0], "visible ASCII characters without quote and backslash");
    }
    if (!scope.empty()) scope += ' ';
    scope += word;
  }
  return scope;
}

Parsed<unsigned> parse_rate(DirectiveWords words) {
  return read_value<unsigned>(words, kRate);
}

Parsed<unsigned> parse_concurrency(DirectiveWords words) {
  return read_value<unsigned>(words, kConcurrency);
}

Parsed<Milliseconds> parse_attempt_timeout(DirectiveWords words) {
  return read_value<Milliseconds>(words, kAttemptTimeout);
}

Parsed<size_t> parse_max_response_size(DirectiveWords words) {
  return read_value<size_t>(words, kMaxResponseSize);
}

Parsed<void> read_retry(DirectiveWords words, PlatformConfig& platform) {
  Parameters parameters(words.subspan(1));
  while (parameters.next()) {
    if (parameters.name() == "attempts") {
      parameters.read(kAttempts, platform.max_attempts);
    } else if (parameters.name() == "max_wait") {
      parameters.read(kTime, platform.max_wait);
    } else if (parameters.name() == "timeout") {
      parameters.read(kTime, platform.request_timeout);
    } else {
      parameters.refuse();
    }
  }
  return std::move(parameters).done();
}

Parsed<void> read_breaker(DirectiveWords words, PlatformConfig& platform) {
  Parameters parameters(words.subspan(1));
  while (parameters.next()) {
    if (parameters.name() == "failures") {
      parameters.read(kFailures, platform.breaker_failures);
    } else if (parameters.name() == "time") {
      parameters.read(kTime, platform.breaker_time);
    } else {
      parameters.refuse();
    }
  }
  return std::move(parameters).done();
}

}  // namespace dataaction
