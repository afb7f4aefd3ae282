// A Genesys Cloud organization: everything that is asked of it goes through here, so that there is
// one token, one pace and one circuit breaker a route for all.
//
// A Platform belongs to whoever streams from it (shared_ptr) and lives on over reloads that do not
// change its configuration.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "sidecar/platform/attempts.h"
#include "sidecar/platform/token_source.h"

namespace dataaction {

struct ApiRequest {
  ApiRequest() = default;  // a constructor: see "g++ 12" in CONTRIBUTING.md

  Route route = Route::kSearch;
  std::string method = "GET";
  std::string path;  // behind the API's URL, with its query
  std::string body;  // JSON; empty: none
  bool idempotent = true;
  bool tidies_up = false;  // waits for its turn, but for no place
  std::string context_id;  // travels on as ININ-Correlation-Id; empty: none
};

class Platform {
 public:
  // What is in `services` outlives the platform. Paths in `config` are resolved. The counters may
  // be those of a platform before it.
  Platform(PlatformConfig config, PlatformServices services,
           std::shared_ptr<PlatformCounters> counters = std::make_shared<PlatformCounters>());
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;

  // The answer, if it is of 2xx. A token that is not accepted is replaced once.
  Task<PlatformReply> call(const ApiRequest& request);

  // The token itself, for `dataactionctl token`, and when it ends: see TokenSource.
  Task<TokenSource::Got> token() { return tokens_.get(); }
  std::optional<Clock::TimePoint> token_expires() const { return tokens_.expires(); }
  void use_token(std::string token) { tokens_.use(std::move(token)); }

  const PlatformConfig& config() const { return config_; }
  const PlatformCounters& counters() const { return *counters_; }
  const std::shared_ptr<PlatformCounters>& shared_counters() const { return counters_; }
  const Attempts& attempts() const { return attempts_; }

 private:
  const PlatformConfig config_;
  const PlatformServices services_;
  const std::shared_ptr<PlatformCounters> counters_;
  Attempts attempts_;
  TokenSource tokens_;
};

}  // namespace dataaction
