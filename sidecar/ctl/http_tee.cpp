#include "sidecar/ctl/http_tee.h"

#include <utility>

namespace dataaction {

class HttpTee::Exchange final : public HttpExchange {
 public:
  Exchange(std::unique_ptr<HttpExchange> inner, const Sink& sink)
      : inner_(std::move(inner)), sink_(sink) {}

  const HttpHead& head() const override { return inner_->head(); }

  Task<HttpResult<std::string>> read() override {
    HttpResult<std::string> piece = co_await inner_->read();
    if (!piece) co_return piece;
    const Result<void> taken = co_await sink_(*piece);
    if (taken) co_return piece;
    co_return std::unexpected(
        HttpFailure(HttpError::kCancelled, true, taken.error().message(), taken.error()));
  }

 private:
  const std::unique_ptr<HttpExchange> inner_;
  const Sink& sink_;
};

Task<HttpResult<std::unique_ptr<HttpExchange>>> HttpTee::open(const HttpRequest& request) {
  auto exchange = co_await inner_.open(request);
  if (!exchange || request.url != url_ || (*exchange)->head().status / 100 != 2) {
    co_return exchange;
  }
  co_return std::unique_ptr<HttpExchange>(std::make_unique<Exchange>(std::move(*exchange), sink_));
}

}  // namespace dataaction
