// How long an answer may be given again, as far as it says so itself (RFC 9111: a shared cache).

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dataaction {

// The headers that say it; empty where there is none.
struct FreshnessHeaders {
  std::string_view cache_control;
  std::string_view expires;
  std::string_view date;
  std::string_view age;
  std::string_view vary;
};

// Nothing: it does not say. 0: not at all. `now` is seconds since 1970, for an Expires without a
// Date. What cannot be read is stale (RFC 9111, 4.2.1 and 5.3).
std::optional<std::chrono::seconds> freshness_of(const FreshnessHeaders& headers, int64_t now);

}  // namespace dataaction
