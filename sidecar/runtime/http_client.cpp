#include "sidecar/runtime/http_client.h"

#include <optional>
#include <utility>

#include "sidecar/runtime/curl_request.h"
#include "sidecar/runtime/http_transfer.h"

namespace dataaction {

HttpClient::HttpClient(std::unique_ptr<CurlMulti> multi, Clock& clock,
                       std::string user_agent) noexcept
    : multi_(std::move(multi)), handles_(std::move(user_agent)), clock_(clock) {}

Result<std::unique_ptr<HttpClient>> HttpClient::create(Loop& loop, Clock& clock,
                                                       Options options) noexcept {
  auto multi = CurlMulti::create(loop, options.kept_connections);
  if (!multi) return std::unexpected(multi.error());
  return std::unique_ptr<HttpClient>(
      new HttpClient(std::move(*multi), clock, std::move(options.user_agent)));
}

Task<HttpResult<std::unique_ptr<HttpExchange>>> HttpClient::open(const HttpRequest& request) {
  auto easy = CurlRequest::create(request, handles_);
  if (!easy) {
    co_return std::unexpected(HttpFailure(HttpError::kProtocol, false, easy.error(), {}, {}));
  }
  auto transfer = std::make_unique<HttpTransfer>(*multi_, clock_, std::move(*easy), request.limits);
  std::optional<HttpFailure> failure = co_await transfer->open();
  if (failure) co_return std::unexpected(std::move(*failure));
  co_return std::unique_ptr<HttpExchange>(std::move(transfer));
}

}  // namespace dataaction
