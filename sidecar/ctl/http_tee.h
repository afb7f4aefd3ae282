// A transport that shows the body of an answer to somebody else while it is received: for an answer
// that is to be seen as it arrives by a caller who is given it whole (Platform).
//
// Only an answer of 2xx is shown, and only one to the URL that was asked for.

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "sidecar/runtime/http.h"

namespace dataaction {

class HttpTee final : public HttpTransport {
 public:
  // Takes a piece of the body; an error ends the transfer as cancelled with it.
  using Sink = std::function<Task<Result<void>>(std::string_view)>;

  // `inner` outlives it, and it outlives its exchanges.
  HttpTee(HttpTransport& inner, std::string url, Sink sink)
      : inner_(inner), url_(std::move(url)), sink_(std::move(sink)) {}

  Task<HttpResult<std::unique_ptr<HttpExchange>>> open(const HttpRequest& request) override;

 private:
  class Exchange;

  HttpTransport& inner_;
  const std::string url_;
  const Sink sink_;
};

}  // namespace dataaction
