// The arguments of the directives that stand in a `platform` block: words to values. Pure; an error
// is the message without the position.

#pragma once

#include "core/config/config.h"
#include "core/config/config_parameters.h"
#include "core/platform/region.h"

namespace dataaction {

// A path that stands for a route; those of kExecute have kActionId at most once.
inline constexpr std::string_view kActionId = "{id}";

struct PlatformPath {
  Route route;
  std::string path;
};

Parsed<Dialect> parse_dialect(DirectiveWords words);
Parsed<ClientAuth> parse_client_auth(DirectiveWords words);
Parsed<PlatformPath> parse_platform_path(DirectiveWords words);

// The region's three URLs; and the value of `login_url`, `api_url` or `streaming_url`, which no
// message repeats, for there may be a password in it.
Parsed<RegionUrls> parse_region(DirectiveWords words);
Parsed<std::string> parse_platform_url(DirectiveWords words);

// RFC 6749, appendix A: what a client id (A.1) may be that also goes into Basic credentials, and
// the words of a scope (A.4), which are joined by spaces.
Parsed<std::string> parse_client_id(DirectiveWords words);
Parsed<std::string> parse_scope(DirectiveWords words);

Parsed<unsigned> parse_rate(DirectiveWords words);
Parsed<unsigned> parse_concurrency(DirectiveWords words);
Parsed<std::chrono::milliseconds> parse_attempt_timeout(DirectiveWords words);
Parsed<size_t> parse_max_response_size(DirectiveWords words);

// `name=value` words, each into its place.
Parsed<void> read_retry(DirectiveWords words, PlatformConfig& platform);
Parsed<void> read_breaker(DirectiveWords words, PlatformConfig& platform);

}  // namespace dataaction
