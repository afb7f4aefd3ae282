// Whether a request to the platform is made again, and when. One object for one request: it counts
// the attempts. Clock and randomness are the caller's.
//
// What is tried again:
//   429                      always: the platform has not done it (RFC 6585, section 4)
//   503 with Retry-After     always: the server says that it did not take the request on
//   408, 502, 503, 504       where a repetition does no harm (`idempotent`): it may have been done
//   unreachable, interrupted where nothing was sent, or a repetition does no harm. Unreachable may
//                            be the server of a connection that was kept: it was sent on that, and
//                            there was no other one
// Everything else is permanent, 500 included: what broke the server once breaks it again.
//
// When: what Retry-After says, if there is one; else a random time below 500 ms, 1 s, 2 s ... up to
// `max_wait` ("full jitter"). From the second 429 in a row on at least a second, whatever the
// platform says, so that a permanent one is not a loop. A wait above `max_wait` is not made at all.

#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

namespace dataaction {

enum class AttemptFailure : uint8_t {
  kUnreachable,  // the name, the connection, or the TLS handshake other than for a certificate
  kInterrupted,  // reset, stalled, out of time
  kPermanent,    // a certificate, an answer that is too large or not HTTP
};

// How an attempt ended: with a status, or with a failure.
struct Attempt {
  int status = 0;
  std::optional<AttemptFailure> failure = {};
  bool sent = true;  // with a failure: a byte of the request may have reached the server
  std::optional<std::chrono::milliseconds> retry_after = {};  // parse_retry_after(), where given
};

// Whether it says that the platform is in trouble, which is what a circuit breaker counts: a
// failure or any 5xx. A 429 is a platform that is well and says no.
bool is_trouble(const Attempt& attempt);

// Whether the server may have done what it was asked for, or some of it. What cannot be is tried
// again whatever it was, and what may be only where that does no harm.
bool may_be_done(const Attempt& attempt);

enum class GiveUp : uint8_t {
  kPermanent,    // another attempt would end the same way
  kNotSafe,      // it may have been done, and must not be done twice
  kAttempts,     // max_attempts have been made
  kWaitTooLong,  // the platform asks for a wait above max_wait
  kLeastWait,    // nobody does, and the least after a second 429 is above it
  kOutOfTime,    // the whole operation would be over before the next attempt
};

// For messages: `no attempt is left`. Static storage.
std::string_view describe(GiveUp reason);

struct RetryLimits {
  unsigned max_attempts = 5;                   // the first included
  std::chrono::milliseconds max_wait{60'000};  // between two attempts
};

// How long to wait before the next attempt, or why there is none.
using RetryDecision = std::expected<std::chrono::milliseconds, GiveUp>;

class RetryPolicy {
 public:
  // `idempotent`: doing it twice is as good as once (a search, a token; not an action).
  RetryPolicy(const RetryLimits& limits, bool idempotent)
      : limits_(limits), idempotent_(idempotent) {}

  // An attempt has ended without what was wanted. `time_left` is that of the whole operation;
  // `random` is in [0, 1).
  RetryDecision after(const Attempt& attempt, std::chrono::milliseconds time_left, double random);

  // Made so far, as told to after().
  unsigned attempts() const { return attempts_; }
  // By any of them.
  bool may_be_done() const { return may_be_done_; }

 private:
  RetryLimits limits_;
  bool idempotent_;
  unsigned attempts_ = 0;
  unsigned rate_limited_ = 0;  // 429s in a row
  bool may_be_done_ = false;
};

}  // namespace dataaction
