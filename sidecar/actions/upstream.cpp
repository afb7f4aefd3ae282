#include "sidecar/actions/upstream.h"

#include <utility>

#include "core/base/base64.h"
#include "sidecar/platform/secret_file.h"

namespace dataaction {
namespace {

using SecretHeaders = std::vector<std::pair<std::string, std::string>>;

std::expected<SecretHeaders, std::string> read_secret_headers(const ActionConfig& action) {
  SecretHeaders headers;
  for (const SecretHeader& header : action.secret_headers) {
    auto secret = read_secret(header.file);
    if (!secret) return std::unexpected(std::move(secret.error()));
    headers.emplace_back(header.name, std::move(*secret));
  }
  if (action.basic) {
    const auto password = read_secret(action.basic->password_file);
    if (!password) return std::unexpected(password.error());
    std::string basic = "Basic ";
    append_base64(basic, action.basic->user + ':' + *password);
    headers.emplace_back("Authorization", std::move(basic));
  }
  return headers;
}

}  // namespace

class UpstreamWork final : public PlatformWork {
 public:
  UpstreamWork(Upstream& upstream, const RenderedRequest& request, const std::string& context_id)
      : upstream_(upstream), request_(request), context_id_(context_id) {}

  Route route() const override { return Route::kExecute; }
  bool idempotent() const override { return upstream_.action_.may_be_repeated(); }
  bool paced() const override { return false; }
  bool wants_refusal() const override { return true; }

  Task<std::expected<HttpRequest, PlatformFailure>> request() override {
    if (auto read = co_await upstream_.read_secrets(); !read) {
      co_return std::unexpected(std::move(read.error()));
    }
    HttpRequest request;
    if (upstream_.tokens_) {
      TokenSource::Got token = co_await upstream_.tokens_->get();
      if (!token) {
        // What was sent for it was not sent to the API.
        token.error().may_be_done = false;
        co_return std::unexpected(std::move(token.error()));
      }
      token_ = std::move(*token);
      request.headers.add("Authorization", "Bearer " + token_);
    }
    request.method = upstream_.action_.method;
    request.url = request_.url;
    for (const auto& [name, value] : request_.headers) request.headers.add(name, value);
    for (const auto& [name, value] : upstream_.secrets_) request.headers.add(name, value);
    if (!request.headers.find("Accept")) request.headers.add("Accept", "application/json");
    if (!request_.content_type.empty() && !request.headers.find("Content-Type")) {
      request.headers.add("Content-Type", std::string(request_.content_type));
    }
    if (!context_id_.empty() && !request.headers.find("X-Correlation-Id")) {
      request.headers.add("X-Correlation-Id", context_id_);
    }
    request.body = request_.body;
    if (const auto& certificate = upstream_.action_.certificate) {
      request.certificate_file = certificate->file;
      request.certificate_key_file = certificate->key_file;
    }
    co_return request;
  }

  bool replace_credentials() override {
    if (!upstream_.tokens_) return false;
    upstream_.tokens_->invalidate(token_);
    return true;
  }

 private:
  Upstream& upstream_;
  const RenderedRequest& request_;
  const std::string& context_id_;
  std::string token_;
};

Upstream::Upstream(const ActionConfig& action, const PlatformServices& services,
                   PlatformCounters& counters)
    : action_(action),
      services_(services),
      attempts_(action_.upstream, services_, counters, "action") {
  if (action_.oauth_at) tokens_.emplace(action_.upstream, services_, attempts_, counters);
}

Task<PlatformReply> Upstream::call(const RenderedRequest& request, const std::string& context_id) {
  UpstreamWork work(*this, request, context_id);
  co_return co_await attempts_.make(work);
}

Task<std::expected<void, PlatformFailure>> Upstream::read_secrets() {
  using Read = std::expected<void, PlatformFailure>;
  if (action_.secret_headers.empty() && !action_.basic) co_return Read();
  const Clock::TimePoint now = services_.clock.now();
  if (read_at_ && now - *read_at_ < kSecretLife) co_return Read();
  const auto read = [this] { return read_secret_headers(action_); };
  auto job = co_await services_.files.run(read);
  if (!job) co_return std::unexpected(cancelled(job.error()));
  if (!*job) {
    PlatformFailure failure;
    failure.fault = PlatformFault::kCredentials;
    failure.message = "action " + action_.name + ": " + job->error();
    co_return std::unexpected(std::move(failure));
  }
  secrets_ = std::move(**job);
  read_at_ = now;
  co_return Read();
}

}  // namespace dataaction
