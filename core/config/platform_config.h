// What the configuration says about a platform, and about an API that an action calls: the same
// limits, the same way to a token.

#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/config/position.h"

namespace dataaction {

// Which of the two ways to talk to Genesys Cloud, see docs/platform.md.
enum class Dialect : uint8_t { kGenesys, kTutorial };
inline constexpr std::array<std::string_view, 2> kDialectNames = {"genesys", "tutorial"};
constexpr std::string_view name_of(Dialect dialect) {
  return kDialectNames[static_cast<size_t>(dialect)];
}

// What a platform is asked for; each has a path, which `path` overrides.
enum class Route : uint8_t { kToken, kSearch, kJobs, kExecute, kActions, kIpRanges };
inline constexpr size_t kRoutes = 6;
inline constexpr std::array<std::string_view, kRoutes> kRouteNames = {
    "token", "search", "jobs", "execute", "actions", "ipranges"};

// How the client's credentials go to the token endpoint (RFC 6749, section 2.3.1).
enum class ClientAuth : uint8_t { kBasic, kBody };
inline constexpr std::array<std::string_view, 2> kClientAuthNames = {"basic", "body"};

struct PlatformConfig {
  std::string name;
  Dialect dialect = Dialect::kGenesys;
  // Without a slash at the end; made from `region`, or as written.
  std::string login_url;
  std::string api_url;
  std::string streaming_url;
  std::string client_id;
  std::string client_secret_file;  // as written, see resolve_path()
  Position client_secret_file_at;
  ClientAuth auth = ClientAuth::kBasic;
  std::string scope;    // words with a space between them; empty: none is sent
  std::string ca_file;  // as written; empty: the system's
  Position ca_file_at;
  // By Route; from the dialect, or as written. That of kExecute has `{id}` where the action's id
  // goes (in the tutorial's dialect it may do without); empty where the dialect has no such route.
  std::array<std::string, kRoutes> paths;
  // Pacing and retries.
  unsigned rate = 300;                                 // requests a minute and token
  unsigned concurrency = 64;                           // requests on their way at once
  unsigned max_attempts = 5;                           // of one request, the first included
  std::chrono::milliseconds max_wait{60'000};          // between two attempts; also for Retry-After
  std::chrono::milliseconds request_timeout{120'000};  // all attempts together
  unsigned breaker_failures = 5;                       // in a row, that open the circuit breaker
  std::chrono::milliseconds breaker_time{30'000};      // until one request may try again
  // One attempt.
  std::chrono::milliseconds connect_timeout{10'000};
  // Less than dataaction_deadline's default; 0: none.
  std::chrono::milliseconds read_timeout{20'000};
  size_t max_response_size = 16 * 1024 * 1024;
  Position at;

  bool operator==(const PlatformConfig&) const = default;
  // Wherever it is written.
  bool same_as(PlatformConfig other) const;
};

}  // namespace dataaction
