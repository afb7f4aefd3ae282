#include "sidecar/ctl/findings.h"

#include <fmt/format.h>

#include "core/base/http_date.h"

namespace dataaction {
namespace {

using State = Finding::State;

std::string remedy_for(HttpError error) {
  switch (error) {
    case HttpError::kName:
      return "check the region or URL, and this machine's DNS";
    case HttpError::kCertificate:
      return "install the CA's certificate, or name it with `ca_file`";
    case HttpError::kTls:
      return "something between here and there is not TLS 1.2 or later: a proxy, a wrong port";
    case HttpError::kConnect:
    case HttpError::kTimeout:
    case HttpError::kStall:
    case HttpError::kBroken:
      return "check the firewall, and https_proxy and no_proxy in the environment";
    case HttpError::kTooLarge:
    case HttpError::kProtocol:
    case HttpError::kCancelled:
      break;
  }
  return "check the URL: this is not the platform";
}

// Of failures that have nothing to do with who asks.
std::optional<std::string> common_remedy(const PlatformFailure& failure) {
  switch (failure.fault) {
    case PlatformFault::kRateLimited:
      return "wait: somebody else uses up the platform's rate; `rate` bounds what we ask for";
    case PlatformFault::kUnreachable:
    case PlatformFault::kTimeout:
      return "see the connection above";
    case PlatformFault::kServer:
    case PlatformFault::kBreakerOpen:
      return "wait, and look at https://status.mypurecloud.com";
    case PlatformFault::kMalformed:
      return "check the URL and the dialect: this is not the platform";
    default:
      return std::nullopt;
  }
}

}  // namespace

Finding ok(std::string about, std::string what) {
  return {State::kOk, std::move(about), std::move(what), ""};
}

Finding wrong(std::string about, std::string what, std::string remedy) {
  return {State::kWrong, std::move(about), std::move(what), std::move(remedy)};
}

Finding skipped(std::string about, std::string what) {
  return {State::kSkipped, std::move(about), std::move(what), ""};
}

std::string text_of(const Finding& finding) {
  const std::string_view state = finding.state == State::kOk      ? "ok"
                                 : finding.state == State::kWrong ? "WRONG"
                                                                  : "-";
  std::string out = fmt::format("{:<6} {:<12} {}\n", state, finding.about, finding.what);
  if (!finding.remedy.empty()) out += fmt::format("{:<19} do: {}\n", "", finding.remedy);
  return out;
}

Finding connection_finding(std::string about, std::string_view url, const HttpResult<int>& status) {
  if (!status) {
    const HttpFailure& failure = status.error();
    return wrong(std::move(about),
                 fmt::format("{}: {} ({})", url, name_of(failure.error), failure.detail),
                 remedy_for(failure.error));
  }
  const std::string_view how = url.starts_with("https:") ? "TLS, verified" : "without TLS";
  return ok(std::move(about), fmt::format("{}: {}", url, how));
}

Finding clock_finding(std::optional<std::string_view> date, std::chrono::seconds now) {
  const auto theirs = date ? parse_http_date(*date, now.count()) : std::nullopt;
  if (!theirs) return skipped("clock", "the platform does not say what time it is");
  const auto skew = now - std::chrono::seconds(*theirs);
  if (std::chrono::abs(skew) <= kMostSkew) {
    return ok("clock", fmt::format("{} s from the platform's", std::chrono::abs(skew).count()));
  }
  return wrong("clock",
               fmt::format("{} s {} the platform's", std::chrono::abs(skew).count(),
                           skew.count() > 0 ? "ahead of" : "behind"),
               "set this machine's clock: `timedatectl set-ntp true`");
}

Finding token_finding(const std::optional<PlatformFailure>& failure) {
  if (!failure) return ok("token", "there is one");
  return wrong("token", failure->message,
               common_remedy(*failure).value_or(
                   "check client id and secret: an OAuth client with the grant type Client "
                   "Credentials, of this region"));
}

Finding permission_finding(const std::optional<PlatformFailure>& failure, std::string_view needed) {
  if (!failure) return ok("permissions", "may search conversations");
  const bool forbidden = failure->status == 403;
  return wrong(
      "permissions", failure->message,
      common_remedy(*failure).value_or(forbidden ? fmt::format("give the client's role {}", needed)
                                                 : "see the message: it is the platform's"));
}

}  // namespace dataaction
