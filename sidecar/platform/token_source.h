// The access token of a platform's client, or of an action's: one for all, asked for once however
// many want it (RFC 6749, section 4.4: client credentials).
//
// Kept until 60 s before it expires, or a fifth of its life before if that is less. From then on
// until it expires it is replaced, but still used if that fails. The secret is read from its file
// each time a token is asked for, so that it can be rotated; nothing keeps it.

#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "core/platform/token_answer.h"
#include "sidecar/platform/attempts.h"
#include "sidecar/runtime/event.h"

namespace dataaction {

class TokenSource {
 public:
  // All outlive the source, which outlives who waits for it.
  TokenSource(const PlatformConfig& config, const PlatformServices& services, Attempts& attempts,
              PlatformCounters& counters)
      : config_(config), services_(services), attempts_(attempts), counters_(counters) {}

  using Got = std::expected<std::string, PlatformFailure>;

  Task<Got> get();

  // How long after a failure a token that is still good is tried to be replaced again.
  static constexpr std::chrono::seconds kRenewAgain{10};

  // The platform does not accept it: get() gives another one.
  void invalidate(std::string_view token);

  // A token that somebody else asked for, in the place of ours: when the platform does not accept
  // it any more, get() fails.
  void use(std::string token);

  // When the token that there is ends; nothing where there is none, or nobody knows.
  std::optional<Clock::TimePoint> expires() const;

 private:
  struct Held {
    std::string token;
    Clock::TimePoint renew;
    Clock::TimePoint expires;
  };

  Task<Got> fetch();
  Got read_answer(const PlatformReply& reply, Clock::TimePoint asked);

  const PlatformConfig& config_;
  const PlatformServices& services_;
  Attempts& attempts_;
  PlatformCounters& counters_;

  std::optional<Held> held_;
  bool given_ = false;  // by use()
  // A client that is not accepted is not asked for again before this time.
  std::optional<PlatformFailure> refused_;
  Clock::TimePoint refused_until_{};

  bool fetching_ = false;
  uint64_t fetched_ = 0;                    // tries that came to an end
  std::optional<PlatformFailure> failure_;  // of the last one
  Event changed_;
};

}  // namespace dataaction
