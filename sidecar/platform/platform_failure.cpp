#include "sidecar/platform/platform_failure.h"

#include <fmt/format.h>

#include "core/base/excerpt.h"
#include "core/platform/platform_error.h"
#include "core/webhook/context_id.h"

namespace dataaction {
namespace {

constexpr size_t kShortWord = 20;

std::string correlation_of(std::string_view id) {
  return fmt::format(", correlation id {}", id);
}

}  // namespace

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
    case PlatformFault::kGone:
      return "gone";
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

std::string_view name_of(Route route) {
  return kRouteNames[static_cast<size_t>(route)];
}

std::string describe(const HttpReply& reply, Words words) {
  PlatformError said = read_platform_error(reply.body);
  if (words == Words::kShort) {
    said.message = excerpt(said.message, said.message.size(), kShortWord);
  }
  std::string text = fmt::format("status {}", reply.head.status);
  if (!said.code.empty()) text += ", code " + said.code;
  if (!said.message.empty()) text += ", \"" + said.message + '"';
  if (const std::string id = correlation(reply.head); !id.empty()) return text + id;
  return said.context_id.empty() ? text : text + correlation_of(said.context_id);
}

std::string describe(const HttpFailure& failure) {
  return fmt::format("{} ({}){}", name_of(failure.error), failure.detail,
                     correlation(failure.head));
}

std::string correlation(const HttpHead& head) {
  const std::string_view header = head.headers.find("ININ-Correlation-Id").value_or("");
  const std::string_view id = context_id_from(header, "");
  return id.empty() ? std::string() : correlation_of(id);
}

PlatformFailure cancelled(const Error& error) {
  PlatformFailure failure;
  failure.fault = PlatformFault::kCancelled;
  failure.message = error.message();
  failure.cancelled = error;
  return failure;
}

}  // namespace dataaction
