// A platform that the environment names, instead of a configuration:
//
//   the official tools' names   GENESYSCLOUD_REGION (a region, its domain, or a URL), and either
//                               GENESYSCLOUD_OAUTHCLIENT_ID and GENESYSCLOUD_OAUTHCLIENT_SECRET or
//                               GENESYSCLOUD_ACCESS_TOKEN
//   the tutorials'              GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET, GENESYS_BASE_URL (without
//                               it https://api.mypurecloud.com); the tutorial's dialect
//
// Where any of the first is there, the second do not count. Values are checked as those of the
// directives are.

#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>

#include "core/config/config.h"

namespace dataaction {

inline constexpr const char* kEnvironmentPlatform = "environment";

struct EnvironmentPlatform {
  Config config;       // with the one platform, kEnvironmentPlatform, without its secret
  std::string secret;  // empty where there is a token
  std::string token;
};

// The value of a variable; nullptr: there is none.
using Environment = std::function<const char*(const char*)>;

// Nothing: no variable of these is there. `scope`: what a token is asked for in the tutorial's
// dialect. An error is a message, without any value of a secret.
std::expected<std::optional<EnvironmentPlatform>, std::string> platform_of(
    const Environment& environment, const std::string& scope);

}  // namespace dataaction
