// HttpTransport by libcurl, on the loop. One client for many requests: connections are kept and
// used again, and HTTP/2 (over TLS) has many requests on one.
//
// Proxies are those of the environment (https_proxy, no_proxy, ...). TLS is 1.2 or later and always
// verified. There are no cookies, no netrc, no credentials but the request's headers. The number of
// transfers is the caller's to bound, and with it that of connections: libcurl would let one that
// it has no connection for wait, and count that as time to connect.
//
// The client belongs to the loop's thread and outlives its exchanges: one that ends before them is
// a bug(). The loop and the clock outlive it.

#pragma once

#include <memory>
#include <string>

#include "sidecar/runtime/clock.h"
#include "sidecar/runtime/curl_handles.h"
#include "sidecar/runtime/curl_multi.h"
#include "sidecar/runtime/http.h"
#include "sidecar/runtime/loop.h"

namespace dataaction {

class HttpClient final : public HttpTransport {
 public:
  struct Options {
    std::string user_agent;        // "dataactiond/1.2.3"
    long kept_connections = 1024;  // idle ones, for 50 s
  };

  // Timeouts of requests are by `clock`.
  static Result<std::unique_ptr<HttpClient>> create(Loop& loop, Clock& clock,
                                                    Options options) noexcept;

  Task<HttpResult<std::unique_ptr<HttpExchange>>> open(const HttpRequest& request) override;

 private:
  HttpClient(std::unique_ptr<CurlMulti> multi, Clock& clock, std::string user_agent) noexcept;

  std::unique_ptr<CurlMulti> multi_;
  CurlHandles handles_;
  Clock& clock_;
};

}  // namespace dataaction
