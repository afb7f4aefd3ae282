// Calls to a platform, many at a time, and what comes of its route's circuit breaker.

#pragma once

#include <string>
#include <vector>

#include "tests/sidecar/platform/platform_fixture.h"

namespace dataaction {

class AttemptsTest : public PlatformTest {
 protected:
  AttemptsTest() { config.rate = 1'000'000; }

  // Calls at a time, to their ends.
  std::vector<PlatformReply> call_all(size_t count) {
    TaskGroup group(scope, count);
    std::vector<std::optional<PlatformReply>> replies(count);
    const ApiRequest request = search();
    for (auto& reply : replies) EXPECT_TRUE(group.spawn(store(request, reply)));
    pass_time(group);
    std::vector<PlatformReply> all;
    for (auto& reply : replies) all.push_back(std::move(*reply));
    return all;
  }

  Task<> call_after(Clock::Duration time, const ApiRequest& request,
                    std::optional<PlatformReply>& reply) {
    EXPECT_TRUE(co_await sleep_for(clock, time));
    co_await store(request, reply);
  }

  // Makes api() fail, at once and for good.
  void break_api() {
    api = [](const HttpRequest&) { return make_reply(500, ""); };
  }

  void hang_api() {
    api = [this](const HttpRequest&) {
      http.latency = std::chrono::hours(1);
      return make_reply(200, "");
    };
  }

  void open_breaker() {
    break_api();
    for (unsigned i = 0; i < config.breaker_failures; ++i) EXPECT_FALSE(call(search()));
    EXPECT_EQ(state(), BreakerState::kOpen);
  }

  BreakerState state() const { return platform->attempts().breaker(Route::kSearch); }

  // What was asked for, tokens aside.
  std::vector<Clock::TimePoint> api_times() const {
    std::vector<Clock::TimePoint> times;
    for (const auto& asked : http.asked) {
      if (!asked.request.url.ends_with("/oauth/token")) times.push_back(asked.at);
    }
    return times;
  }

  size_t lines_with(std::string_view text) const {
    const std::string log = log_text();
    size_t count = 0;
    for (size_t at = log.find(text); at != log.npos; at = log.find(text, at + 1)) ++count;
    return count;
  }
};

}  // namespace dataaction
