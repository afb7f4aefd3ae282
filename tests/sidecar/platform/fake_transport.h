// A network without one: an HttpTransport whose answers the test makes, at once.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sidecar/runtime/clock.h"
#include "sidecar/runtime/http.h"
#include "sidecar/runtime/operation.h"

namespace dataaction {

inline HttpReply make_reply(int status, std::string body,
                            std::vector<std::pair<std::string, std::string>> headers = {}) {
  HttpReply reply;
  reply.head.status = status;
  for (auto& [name, value] : headers) reply.head.headers.add(std::move(name), std::move(value));
  reply.body = std::move(body);
  return reply;
}

inline HttpFailure make_failure(HttpError error, bool sent, std::string detail = "as scripted") {
  HttpFailure failure;
  failure.error = error;
  failure.sent = sent;
  failure.detail = std::move(detail);
  return failure;
}

class FakeTransport final : public HttpTransport {
 public:
  explicit FakeTransport(Clock& clock) : clock_(clock) {}

  struct Asked {
    HttpRequest request;
    Clock::TimePoint at;
  };

  // What each request gets; called with the requests so far, itself included.
  std::function<HttpResult<HttpReply>(const HttpRequest&)> answer;
  std::vector<Asked> asked;

  Task<HttpResult<std::unique_ptr<HttpExchange>>> open(const HttpRequest& request) override {
    asked.push_back({request, clock_.now()});
    const Result<void> turn = co_await yield();  // others run meanwhile, as with a network
    if (!turn) {
      HttpFailure failure = make_failure(HttpError::kCancelled, true);
      failure.cancelled = turn.error();
      co_return std::unexpected(std::move(failure));
    }
    HttpResult<HttpReply> reply = answer(request);
    if (!reply) co_return std::unexpected(std::move(reply.error()));
    co_return std::make_unique<Exchange>(std::move(*reply));
  }

 private:
  class Exchange final : public HttpExchange {
   public:
    explicit Exchange(HttpReply reply) : reply_(std::move(reply)) {}

    const HttpHead& head() const override { return reply_.head; }
    Task<HttpResult<std::string>> read() override {
      co_return std::exchange(reply_.body, std::string());
    }

   private:
    HttpReply reply_;
  };

  Clock& clock_;
};

}  // namespace dataaction
