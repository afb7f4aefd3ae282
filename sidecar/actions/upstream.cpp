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
    if (auto read = co_await upstream_.have_secrets(); !read) {
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

Task<Upstream::SecretsRead> Upstream::have_secrets() {
  if (action_.secret_headers.empty() && !action_.basic) co_return SecretsRead();
  for (;;) {
    const bool fresh = read_at_ && services_.clock.now() - *read_at_ < kSecretLife;
    if (fresh || (read_at_ && reading_)) co_return SecretsRead();
    if (!reading_) co_return co_await read_secrets();
    // Whoever is reading may be cancelled: then the next one reads.
    const uint64_t before = reads_;
    const Result<void> read = co_await read_.wait();
    if (!read) co_return std::unexpected(cancelled(read.error()));
    if (reads_ != before && read_failure_) co_return std::unexpected(*read_failure_);
  }
}

Task<Upstream::SecretsRead> Upstream::read_secrets() {
  reading_ = true;
  read_.reset();
  const auto read = [this] { return read_secret_headers(action_); };
  auto job = co_await services_.files.run(read);
  reading_ = false;
  read_.set();
  if (!job) co_return std::unexpected(cancelled(job.error()));
  ++reads_;
  read_failure_.reset();
  const bool had_some = read_at_.has_value();
  if (*job) {
    secrets_ = std::move(**job);
    trouble_told_ = false;
  } else if (had_some) {
    if (!std::exchange(trouble_told_, true)) {
      services_.log.error("a secret cannot be read any more, the old one is used",
                          {{"action", action_.name}, {"error", job->error()}});
    }
  } else {
    read_failure_.emplace();
    read_failure_->fault = PlatformFault::kCredentials;
    read_failure_->message = "action " + action_.name + ": " + job->error();
    co_return std::unexpected(*read_failure_);
  }
  read_at_ = services_.clock.now();
  co_return SecretsRead();
}

}  // namespace dataaction
