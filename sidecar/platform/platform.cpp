#include "sidecar/platform/platform.h"

#include <utility>

namespace dataaction {
namespace {

class ApiWork final : public PlatformWork {
 public:
  ApiWork(const ApiRequest& request, const PlatformConfig& config, TokenSource& tokens)
      : request_(request), config_(config), tokens_(tokens) {}

  Route route() const override { return request_.route; }
  bool idempotent() const override { return request_.idempotent; }
  bool needs_place() const override { return !request_.tidies_up; }

  Task<std::expected<HttpRequest, PlatformFailure>> request() override {
    TokenSource::Got token = co_await tokens_.get();
    if (!token) co_return std::unexpected(std::move(token.error()));
    token_ = std::move(*token);
    HttpRequest request;
    request.method = request_.method;
    request.url = config_.api_url + request_.path;
    request.headers.add("Authorization", "Bearer " + token_);
    request.headers.add("Accept", "application/json");
    if (!request_.body.empty()) request.headers.add("Content-Type", "application/json");
    if (!request_.context_id.empty()) {
      request.headers.add("ININ-Correlation-Id", request_.context_id);
    }
    request.body = request_.body;
    co_return request;
  }

  bool replace_credentials() override {
    tokens_.invalidate(token_);
    return true;
  }

 private:
  const ApiRequest& request_;
  const PlatformConfig& config_;
  TokenSource& tokens_;
  std::string token_;
};

}  // namespace

Platform::Platform(PlatformConfig config, PlatformServices services,
                   std::shared_ptr<PlatformCounters> counters)
    : config_(std::move(config)),
      services_(services),
      counters_(std::move(counters)),
      attempts_(config_, services_, *counters_),
      tokens_(config_, services_, attempts_, *counters_) {}

Task<PlatformReply> Platform::call(const ApiRequest& request) {
  ApiWork work(request, config_, tokens_);
  co_return co_await attempts_.make(work);
}

}  // namespace dataaction
