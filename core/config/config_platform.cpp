#include "core/config/config_platform.h"

#include <utility>

#include "core/config/config_platform_values.h"

namespace dataaction {
namespace {

// What each dialect calls its routes, by Route; empty: it has none. Of the platform itself: OAuth's
// client credentials grant, postAnalyticsConversationsDetailsQuery,
// postAnalyticsConversationsDetailsJobs, postIntegrationsActionExecute, getIntegrationsActions (and
// what is behind it), getIpranges.
constexpr std::array<std::array<std::string_view, kRoutes>, kDialectNames.size()> kPaths = {{
    {"/oauth/token", "/api/v2/analytics/conversations/details/query",
     "/api/v2/analytics/conversations/details/jobs", "/api/v2/integrations/actions/{id}/execute",
     "/api/v2/integrations/actions", "/api/v2/ipranges"},
    {"/oauth/token", "/api/v2/search", "", "/api/v2/dataactions/{id}/execute",
     "/api/v2/dataactions", "/api/v2/ipranges"},
}};

std::string routes_of(const std::array<std::string_view, kRoutes>& paths) {
  std::vector<std::string_view> names;
  for (size_t route = 0; route < kRoutes; ++route) {
    if (!paths[route].empty()) names.push_back(kRouteNames[route]);
  }
  return one_of(names);
}

}  // namespace

PlatformDraft::PlatformDraft(std::string name, Position at) {
  platform_.name = std::move(name);
  platform_.at = std::move(at);
}

ConfigResult PlatformDraft::set(DirectiveWords words, const Position& at) {
  const std::string_view name = words[0];
  if (name == "region" || name.ends_with("_url")) return set_address(words, at);
  if (name == "path") return set_path(words, at);
  if (name == "dialect") return take(parse_dialect(words), platform_.dialect, at);
  if (name == "client_id") return take(parse_client_id(words), platform_.client_id, at);
  if (name == "client_secret_file") {
    platform_.client_secret_file_at = at;
    return take(read_text(words), platform_.client_secret_file, at);
  }
  if (name == "auth") return take(parse_client_auth(words), platform_.auth, at);
  if (name == "scope") return take(parse_scope(words), platform_.scope, at);
  if (name == "ca_file") {
    platform_.ca_file_at = at;
    return take(read_text(words), platform_.ca_file, at);
  }
  return set_limit(words, at);
}

ConfigResult PlatformDraft::close(Config& config, std::vector<LateStep>&) {
  if (ConfigResult result = finish_addresses(); !result) return result;
  if (ConfigResult result = finish_paths(); !result) return result;
  if (platform_.client_id.empty()) return missing("\"client_id\"");
  if (platform_.client_secret_file.empty()) return missing("\"client_secret_file\"");
  config.platforms.push_back(std::move(platform_));
  return {};
}

ConfigResult PlatformDraft::set_address(DirectiveWords words, const Position& at) {
  const std::string_view name = words[0];
  if (!address_) {
    address_.emplace(std::string(name), at);
  } else if ((name == "region") != (address_->directive == "region")) {
    return config_conflict(name, at, address_->directive, address_->at);
  }
  if (name == "region") {
    RegionUrls urls;
    ConfigResult result = take(parse_region(words), urls, at);
    platform_.login_url = std::move(urls.login);
    platform_.api_url = std::move(urls.api);
    platform_.streaming_url = std::move(urls.streaming);
    return result;
  }
  if (name == "login_url") return take(parse_platform_url(words), platform_.login_url, at);
  if (name == "api_url") return take(parse_platform_url(words), platform_.api_url, at);
  if (name == "streaming_url") return take(parse_platform_url(words), platform_.streaming_url, at);
  std::unreachable();
}

ConfigResult PlatformDraft::set_path(DirectiveWords words, const Position& at) {
  auto parsed = parse_platform_path(words);
  if (!parsed) return config_failure(std::move(parsed.error()), at);
  const auto route = static_cast<size_t>(parsed->route);
  if (path_at_[route]) {
    return config_failure("duplicate route " + quoted(words[1]) + " in \"path\" directive", at);
  }
  path_at_[route] = at;
  platform_.paths[route] = std::move(parsed->path);
  return {};
}

ConfigResult PlatformDraft::set_limit(DirectiveWords words, const Position& at) {
  const std::string_view name = words[0];
  if (name == "rate") return take(parse_rate(words), platform_.rate, at);
  if (name == "concurrency") return take(parse_concurrency(words), platform_.concurrency, at);
  if (name == "retry") return take(read_retry(words, platform_), at);
  if (name == "breaker") return take(read_breaker(words, platform_), at);
  if (name == "connect_timeout") {
    return take(parse_attempt_timeout(words), platform_.connect_timeout, at);
  }
  if (name == "read_timeout") {
    return take(parse_attempt_timeout(words), platform_.read_timeout, at);
  }
  if (name == "max_response_size") {
    return take(parse_max_response_size(words), platform_.max_response_size, at);
  }
  std::unreachable();
}

ConfigResult PlatformDraft::missing(std::string_view directives) const {
  return config_failure(
      "platform " + quoted(platform_.name) + " has no " + std::string(directives) + " directive",
      platform_.at);
}

ConfigResult PlatformDraft::finish_addresses() {
  if (platform_.api_url.empty()) return missing("\"region\" or \"api_url\"");
  // A gateway in front of the platform, or the tutorial's: one address for all.
  if (platform_.login_url.empty()) platform_.login_url = platform_.api_url;
  if (platform_.streaming_url.empty()) platform_.streaming_url = platform_.api_url;
  return {};
}

ConfigResult PlatformDraft::finish_paths() {
  const Dialect dialect = platform_.dialect;
  const auto& defaults = kPaths[static_cast<size_t>(dialect)];
  const auto refuse = [&](size_t route, std::string_view value, const std::string& rule) {
    return config_failure(
        invalid_value(value, "path", rule + " in dialect " + quoted(name_of(dialect))).error(),
        *path_at_[route]);
  };
  for (size_t route = 0; route < kRoutes; ++route) {
    if (!path_at_[route]) {
      platform_.paths[route] = defaults[route];
    } else if (defaults[route].empty()) {
      return refuse(route, kRouteNames[route], routes_of(defaults));
    }
  }
  const auto execute = static_cast<size_t>(Route::kExecute);
  if (dialect == Dialect::kGenesys && !platform_.paths[execute].contains(kActionId)) {
    return refuse(execute, platform_.paths[execute], "a path with \"{id}\"");
  }
  return {};
}

}  // namespace dataaction
