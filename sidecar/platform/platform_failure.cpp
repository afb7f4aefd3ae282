#include "sidecar/platform/platform_failure.h"

namespace dataaction {

std::string_view name_of(PlatformFault fault) {
  switch (fault) {
    case PlatformFault::kUnreachable:
      return "unreachable";
    case PlatformFault::kTimeout:
      return "timeout";
    case PlatformFault::kServer:
      return "server error";
    case PlatformFault::kRateLimited:
      return "rate limited";
    case PlatformFault::kRefused:
      return "refused";
    case PlatformFault::kCredentials:
      return "credentials";
    case PlatformFault::kBreakerOpen:
      return "circuit breaker open";
    case PlatformFault::kMalformed:
      return "malformed answer";
    case PlatformFault::kCancelled:
      return "cancelled";
  }
  return "";
}

PlatformFailure cancelled(const Error& error) {
  PlatformFailure failure;
  failure.fault = PlatformFault::kCancelled;
  failure.message = error.message();
  failure.cancelled = error;
  return failure;
}

}  // namespace dataaction
