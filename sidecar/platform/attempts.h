// One call to a platform: as many attempts as its policy allows, each in its turn and through the
// circuit breaker of its route. What is sent, and what counts as done, is the call's
// (PlatformWork).
//
// The policy is core/platform/retry_policy.h's; request_timeout bounds all of it together, the
// waits too.

#pragma once

#include <array>
#include <expected>
#include <string>
#include <string_view>

#include "core/config/config.h"
#include "core/platform/circuit_breaker.h"
#include "core/platform/retry_policy.h"
#include "sidecar/platform/pace.h"
#include "sidecar/platform/platform_counters.h"
#include "sidecar/platform/platform_failure.h"
#include "sidecar/platform/platform_services.h"

namespace dataaction {

using PlatformReply = std::expected<HttpReply, PlatformFailure>;

class PlatformWork {
 public:
  virtual ~PlatformWork() = default;

  virtual Route route() const = 0;
  // Doing it twice is as good as once.
  virtual bool idempotent() const = 0;
  // What the platform counts in the token's rate.
  virtual bool paced() const { return true; }
  // False for what tidies up, and may not wait for those who made the disorder.
  virtual bool needs_place() const { return true; }
  // What to send; made anew for each attempt, because a token may have been replaced.
  virtual Task<std::expected<HttpRequest, PlatformFailure>> request() = 0;
  // The status that the policy should see: some routes have a second way to say 429.
  virtual int status_of(const HttpReply& reply) const { return reply.head.status; }
  // The answer is 401. True: there is now something else to try with, at once.
  virtual bool replace_credentials() { return false; }
  // An answer that is not of 2xx means something: it comes with the failure.
  virtual bool wants_refusal() const { return false; }
};

class Attempts {
 public:
  // All outlive the attempts. `kind` is what the log calls them, a literal.
  Attempts(const PlatformConfig& config, const PlatformServices& services,
           PlatformCounters& counters, std::string_view kind = "platform");

  // The answer, if it is of 2xx; anything else is a failure.
  Task<PlatformReply> make(PlatformWork& work);

  std::string_view kind() const { return kind_; }
  BreakerState breaker(Route route) const { return breaker_of(route).state(); }
  const Pace& pace() const { return pace_; }

 private:
  // What came of one: an answer of any status, or that there was none. A failure: not even sent.
  using Outcome = std::expected<HttpResult<HttpReply>, PlatformFailure>;

  // `last` is what came of the last attempt that was followed by a wait, for the log.
  Task<PlatformReply> make_until(PlatformWork& work, Clock::TimePoint due, std::string& last);
  Task<Outcome> attempt(PlatformWork& work, Clock::TimePoint due);
  // Past the circuit breaker: the round, or why not.
  std::expected<uint64_t, PlatformFailure> enter(Route route);
  Attempt judge(const PlatformWork& work, const HttpResult<HttpReply>& reply) const;
  void count(const Attempt& attempt, const HttpResult<HttpReply>& reply);
  void learn(const HttpReply& reply, const Attempt& attempt);
  void tell(Route route, BreakerChange change, std::string_view why);
  PlatformFailure failure(const PlatformWork& work, const Attempt& attempt,
                          HttpResult<HttpReply>& reply, GiveUp reason, unsigned attempts) const;
  // The beginning of every message.
  std::string place(Route route) const;
  std::chrono::milliseconds now() const { return services_.clock.now().time_since_epoch(); }

  CircuitBreaker& breaker_of(Route route) { return breakers_[static_cast<size_t>(route)]; }
  const CircuitBreaker& breaker_of(Route route) const {
    return breakers_[static_cast<size_t>(route)];
  }

  const PlatformConfig& config_;
  const PlatformServices& services_;
  PlatformCounters& counters_;
  const std::string_view kind_;
  Pace pace_;
  std::array<CircuitBreaker, kRoutes> breakers_;
};

}  // namespace dataaction
