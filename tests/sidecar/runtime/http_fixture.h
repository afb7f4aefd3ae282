// LoopTest with an HttpClient, whose time is the test's clock.

#pragma once

#include <stdlib.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

#include "sidecar/runtime/http_client.h"
#include "tests/sidecar/runtime/loop_fixture.h"
#include "tests/sidecar/support/http_server.h"

namespace dataaction {

class HttpTest : public LoopTest {
 protected:
  explicit HttpTest(HttpClient::Options options = {.user_agent = "test/1"}) {
    for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                             "no_proxy", "NO_PROXY"}) {
      ::unsetenv(name);
    }
    client = std::move(*HttpClient::create(loop, clock, std::move(options)));
  }

  void TearDown() override {
    client.reset();
    LoopTest::TearDown();
  }

  HttpResult<HttpReply> get(const std::string& url) {
    HttpRequest request;
    request.url = url;
    return run(fetch(*client, request));
  }

  std::unique_ptr<HttpClient> client;
};

// Lets the loop go on until the server, on its threads, has come so far.
template <typename Condition>
Task<> until(Condition condition) {
  while (!condition()) static_cast<void>(co_await yield());
}

inline HttpRequest request_for(std::string url, std::string method = "GET") {
  HttpRequest request;
  request.url = std::move(url);
  request.method = std::move(method);
  return request;
}

// "200 body", or what failed: "broken, sent".
inline std::string text_of(const HttpFailure& failure) {
  return std::string(name_of(failure.error)) + (failure.sent ? ", sent" : "");
}
inline std::string text_of(const HttpResult<HttpReply>& result) {
  return result ? std::to_string(result->head.status) + " " + result->body
                : text_of(result.error());
}
// A piece of a body, or what failed.
inline std::string text_of(const HttpResult<std::string>& piece) {
  return piece ? *piece : "(" + text_of(piece.error()) + ")";
}
inline std::string detail_of(const HttpResult<HttpReply>& result) {
  return result ? "" : result.error().detail;
}

}  // namespace dataaction
