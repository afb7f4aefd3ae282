// A network without one: an HttpTransport whose answers the test makes, at once or after a time.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sidecar/runtime/clock.h"
#include "sidecar/runtime/http.h"
#include "sidecar/runtime/operation.h"
#include "sidecar/runtime/timer.h"

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
  // Set by `answer`: how long this one is on its way.
  Clock::Duration latency{0};
  std::vector<Asked> asked;
  int under_way = 0;  // requests whose answer has neither been read nor dropped

  Task<HttpResult<std::unique_ptr<HttpExchange>>> open(const HttpRequest& request) override {
    UnderWay here(under_way);
    asked.push_back({request, clock_.now()});
    const Result<void> turn = co_await yield();  // others run meanwhile, as with a network
    if (!turn) co_return std::unexpected(given_up(turn.error(), false));
    HttpResult<HttpReply> reply = answer(request);
    if (const Clock::Duration time = std::exchange(latency, Clock::Duration(0)); time.count() > 0) {
      const Result<void> slept = co_await sleep_for(clock_, time);
      if (!slept) co_return std::unexpected(given_up(slept.error(), true));
    }
    if (!reply) co_return std::unexpected(std::move(reply.error()));
    co_return std::make_unique<Exchange>(std::move(*reply), std::move(here));
  }

 private:
  class UnderWay {
   public:
    explicit UnderWay(int& count) : count_(&count) { ++count; }
    UnderWay(UnderWay&& other) noexcept : count_(std::exchange(other.count_, nullptr)) {}
    UnderWay& operator=(UnderWay&&) = delete;
    ~UnderWay() {
      if (count_ != nullptr) --*count_;
    }

   private:
    int* count_;
  };

  class Exchange final : public HttpExchange {
   public:
    Exchange(HttpReply reply, UnderWay here) : reply_(std::move(reply)), here_(std::move(here)) {}

    const HttpHead& head() const override { return reply_.head; }
    Task<HttpResult<std::string>> read() override {
      co_return std::exchange(reply_.body, std::string());
    }

   private:
    HttpReply reply_;
    const UnderWay here_;
  };

  static HttpFailure given_up(const Error& error, bool sent) {
    HttpFailure failure = make_failure(HttpError::kCancelled, sent);
    failure.cancelled = error;
    return failure;
  }

  Clock& clock_;
};

}  // namespace dataaction
