// What has happened on a platform since the daemon's start. docs/status.md says what each means.

#pragma once

#include <cstdint>

namespace dataaction {

struct PlatformCounters {
  uint64_t requests = 0;       // attempts sent, those for tokens included
  uint64_t failures = 0;       // calls that failed for good
  uint64_t retries = 0;        // attempts after the first one of a call
  uint64_t rate_limited = 0;   // answers that said so
  uint64_t server_errors = 0;  // answers of 5xx
  uint64_t unreachable = 0;    // attempts without an answer
  uint64_t tokens = 0;         // received
  uint64_t unauthorized = 0;   // answers of 401
  uint64_t waited_ms = 0;      // for pacing and between attempts
  uint64_t breaker_opened = 0;
};

}  // namespace dataaction
