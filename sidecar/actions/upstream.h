// The API that an action calls: one object for all calls of the action, so that there is one
// circuit breaker, one token, one number of places. Everything that is secret is here.
//
// The files of secrets are read again when what was read is kSecretLife old, so that they can be
// rotated: by one call for all, which use what there is meanwhile, and also where a file cannot be
// read any more. A `client_certificate` is libcurl's to read.

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/config/action_config.h"
#include "sidecar/actions/rendered_request.h"
#include "sidecar/platform/attempts.h"
#include "sidecar/platform/token_source.h"
#include "sidecar/runtime/event.h"

namespace dataaction {

class Upstream {
 public:
  // All outlive the upstream. Paths in `action` are resolved.
  Upstream(const ActionConfig& action, const PlatformServices& services,
           PlatformCounters& counters);

  // The API's answer, after all that could be tried. One that is not of 2xx comes with the failure.
  Task<PlatformReply> call(const RenderedRequest& request, const std::string& context_id);

  const Attempts& attempts() const { return attempts_; }

  static constexpr std::chrono::seconds kSecretLife{5};

 private:
  friend class UpstreamWork;
  using Headers = std::vector<std::pair<std::string, std::string>>;

  using SecretsRead = std::expected<void, PlatformFailure>;

  // So that there are some, and not too old.
  Task<SecretsRead> have_secrets();
  Task<SecretsRead> read_secrets();

  const ActionConfig& action_;
  const PlatformServices& services_;
  Attempts attempts_;
  std::optional<TokenSource> tokens_;
  Headers secrets_;                          // headers with what the files say
  std::optional<Clock::TimePoint> read_at_;  // tried at; nothing: there are no secrets yet
  bool reading_ = false;
  uint64_t reads_ = 0;                           // that came to an end
  std::optional<PlatformFailure> read_failure_;  // of the last one, where there were none
  bool trouble_told_ = false;                    // of files that could be read before
  Event read_;
};

}  // namespace dataaction
