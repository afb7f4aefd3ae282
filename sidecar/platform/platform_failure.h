// Why a platform did not answer, after all that could be tried.

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/config/config.h"
#include "sidecar/runtime/error.h"
#include "sidecar/runtime/http.h"

namespace dataaction {

enum class PlatformFault : uint8_t {
  kUnreachable,  // no connection, or none that lasted
  kTimeout,      // request_timeout, over all attempts
  kServer,       // 5xx, to the last attempt
  kRateLimited,  // 429, to the last attempt or for longer than max_wait
  kRefused,      // 4xx
  kGone,         // what a cursor refers to
  kCredentials,  // the client, its secret or its token is not accepted
  kBreakerOpen,  // too many failures in a row; not asked
  kMalformed,    // an answer that is not what was asked for
  kCancelled,    // by the scope
};

std::string_view name_of(PlatformFault fault);

struct PlatformFailure {
  PlatformFault fault = PlatformFault::kUnreachable;
  int status = 0;  // of the last answer; 0: there was none
  // For the log: names platform and route, and the platform's own code, message and correlation id.
  std::string message;
  // Asking again before makes no sense; 0: not known.
  std::chrono::milliseconds retry_after{0};
  std::optional<Error> cancelled;  // with kCancelled
  // The last answer, where the work wanted it.
  std::shared_ptr<const HttpReply> reply = {};
  // By any of the attempts, see retry_policy.h.
  bool may_be_done = false;
};

// `token`, `search`, ...: as in the `path` directive.
std::string_view name_of(Route route);

// An answer that is not what was hoped for, for the log: its status, and what it says of itself.
// A token endpoint may repeat a secret: of its words only short ones pass.
enum class Words : uint8_t { kAll, kShort };
std::string describe(const HttpReply& reply, Words words = Words::kAll);
// One that did not come, or not whole.
std::string describe(const HttpFailure& failure);
// `, correlation id ...` as the platform gave it, or nothing.
std::string correlation(const HttpHead& head);

// What an operation of the runtime failed with: a scope's end, or a full queue.
PlatformFailure cancelled(const Error& error);

}  // namespace dataaction
