#include "sidecar/platform/token_source.h"

#include <fmt/format.h>

#include "core/base/base64.h"
#include "core/base/form_encoding.h"
#include "sidecar/platform/secret_file.h"

namespace dataaction {
namespace {

constexpr int kRequestTimeout = 408;

// POST /oauth/token with grant_type=client_credentials (RFC 6749, section 4.4.2).
class TokenWork final : public PlatformWork {
 public:
  TokenWork(const PlatformConfig& config, std::string_view kind, ThreadPool& files)
      : config_(config), kind_(kind), files_(files) {}

  Route route() const override { return Route::kToken; }
  bool idempotent() const override { return true; }
  bool paced() const override { return false; }

  Task<std::expected<HttpRequest, PlatformFailure>> request() override {
    const auto read = [&] { return read_secret(config_.client_secret_file); };
    auto job = co_await files_.run(read);
    if (!job) co_return std::unexpected(cancelled(job.error()));
    if (!*job) {
      PlatformFailure failure;
      failure.fault = PlatformFault::kCredentials;
      failure.message = fmt::format("{} {}, token: {}", kind_, config_.name, job->error());
      co_return std::unexpected(std::move(failure));
    }
    co_return make_request(**job);
  }

  int status_of(const HttpReply& reply) const override {
    if (reply.head.status / 100 == 2) return reply.head.status;
    const auto answer = read_token_answer(reply.head.status, reply.body);
    return answer ? reply.head.status : retry_status(answer.error());
  }

 private:
  HttpRequest make_request(std::string_view secret) const {
    HttpRequest request;
    request.method = "POST";
    request.url = config_.login_url + config_.paths[static_cast<size_t>(Route::kToken)];
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    request.headers.add("Accept", "application/json");
    request.body = "grant_type=client_credentials";
    if (config_.auth == ClientAuth::kBasic) {
      std::string basic = "Basic ";
      append_base64(basic, fmt::format("{}:{}", config_.client_id, secret));
      request.headers.add("Authorization", std::move(basic));
    } else {
      append_form_field(request.body, "client_id", config_.client_id);
      append_form_field(request.body, "client_secret", secret);
    }
    if (!config_.scope.empty()) append_form_field(request.body, "scope", config_.scope);
    return request;
  }

  const PlatformConfig& config_;
  const std::string_view kind_;
  ThreadPool& files_;
};

}  // namespace

Task<TokenSource::Got> TokenSource::get() {
  for (;;) {
    const Clock::TimePoint now = services_.clock.now();
    if (held_ && now < held_->renew) co_return held_->token;
    // One that is still good serves all but the one who is renewing it.
    const bool leave_it = fetching_ || (refused_ && now < refused_until_);
    if (held_ && now < held_->expires && leave_it) co_return held_->token;
    if (refused_ && now < refused_until_) co_return std::unexpected(*refused_);
    if (!fetching_) co_return co_await fetch();
    // Whoever is fetching may be cancelled: then the next one fetches.
    const uint64_t before = fetched_;
    const Result<void> changed = co_await changed_.wait();
    if (!changed) co_return std::unexpected(cancelled(changed.error()));
    if (fetched_ != before && failure_) co_return std::unexpected(*failure_);
  }
}

void TokenSource::invalidate(std::string_view token) {
  if (!held_ || held_->token != token) return;
  held_.reset();
  if (!given_) return;
  PlatformFailure failure;
  failure.fault = PlatformFault::kCredentials;
  failure.message =
      fmt::format("{} {}, token: the one given is not accepted", attempts_.kind(), config_.name);
  refused_ = std::move(failure);
  refused_until_ = Clock::TimePoint::max();
}

void TokenSource::use(std::string token) {
  held_ = Held{std::move(token), Clock::TimePoint::max(), Clock::TimePoint::max()};
  given_ = true;
}

std::optional<Clock::TimePoint> TokenSource::expires() const {
  if (!held_ || given_) return std::nullopt;
  return held_->expires;
}

Task<TokenSource::Got> TokenSource::fetch() {
  fetching_ = true;
  changed_.reset();
  const Clock::TimePoint asked = services_.clock.now();
  TokenWork work(config_, attempts_.kind(), services_.files);
  const PlatformReply reply = co_await attempts_.make(work);
  Got got = read_answer(reply, asked);
  fetching_ = false;
  if (got || got.error().fault != PlatformFault::kCancelled) {
    ++fetched_;
    failure_ = got ? std::nullopt : std::optional(got.error());
  }
  changed_.set();
  const bool still_good = held_ && services_.clock.now() < held_->expires;
  if (got || !still_good) co_return got;
  services_.log.warn("token not renewed, the old one is still good",
                     {{attempts_.kind(), config_.name}, {"error", got.error().message}});
  held_->renew = std::min(held_->expires, services_.clock.now() + kRenewAgain);
  failure_.reset();
  if (got.error().fault == PlatformFault::kCancelled) co_return got;
  co_return held_->token;
}

TokenSource::Got TokenSource::read_answer(const PlatformReply& reply, Clock::TimePoint asked) {
  PlatformFailure failure;
  if (reply) {
    auto answer = read_token_answer(reply->head.status, reply->body);
    if (answer) {
      ++counters_.tokens;
      refused_.reset();
      held_ = Held{std::move(answer->access_token), asked + renew_after(answer->expires_in),
                   asked + answer->expires_in};
      return held_->token;
    }
    failure.status = reply->head.status;
    failure.fault = answer.error().kind == TokenErrorKind::kInvalidClient
                        ? PlatformFault::kCredentials
                        : PlatformFault::kMalformed;
    failure.message = fmt::format("{} {}, token: {}{}", attempts_.kind(), config_.name,
                                  answer.error().message, correlation(reply->head));
  } else {
    failure = reply.error();
    // Nothing but the operator can change it: 4xx of a token endpoint.
    const bool final = failure.status / 100 == 4 && failure.status != kRequestTimeout;
    if (failure.fault == PlatformFault::kRefused && final) {
      failure.fault = PlatformFault::kCredentials;
    }
  }
  if (failure.fault == PlatformFault::kCredentials) {
    services_.log.error("no token: the client is not accepted, or has no secret",
                        {{attempts_.kind(), config_.name}, {"error", failure.message}});
    refused_ = failure;
    refused_until_ = services_.clock.now() + config_.breaker_time;
  }
  return std::unexpected(std::move(failure));
}

}  // namespace dataaction
