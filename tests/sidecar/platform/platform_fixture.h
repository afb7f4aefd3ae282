// A Platform on a network that the test makes up, with time that passes only where somebody waits
// for it.

#pragma once

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "sidecar/platform/platform.h"
#include "tests/sidecar/platform/fake_services.h"
#include "tests/sidecar/runtime/loop_fixture.h"
#include "tests/sidecar/scratch.h"

namespace dataaction {

class PlatformTest : public LoopTest {
 protected:
  PlatformTest() {
    config.name = "main";
    config.login_url = "https://login.example.com";
    config.api_url = "https://api.example.com";
    config.client_id = "client";
    config.client_secret_file = scratch.write("secret", "s3cret\n");
    std::filesystem::permissions(config.client_secret_file, std::filesystem::perms(0600));
    config.paths = {"/oauth/token", "/search", "/jobs", "/execute"};
    http.answer = [this](const HttpRequest& request) { return answer(request); };
  }

  void TearDown() override {
    platform.reset();
    services.reset();
    LoopTest::TearDown();
  }

  // Tokens are called t1, t2, ...; what else is asked for gets api()'s answer.
  HttpResult<HttpReply> answer(const HttpRequest& request) {
    if (!request.url.ends_with("/oauth/token")) return api(request);
    ++token_requests;
    return token(request);
  }

  std::string token_json(int expires_in = 3600) const {
    return R"({"access_token":"t)" + std::to_string(token_requests) +
           R"(","token_type":"bearer","expires_in":)" + std::to_string(expires_in) + "}";
  }

  Platform& make() {
    platform = std::make_unique<Platform>(config, services->all);
    return *platform;
  }

  // Runs the tasks to their ends; where all of them wait for time, it passes.
  template <typename... Tasks>
  void run_through(Tasks... tasks) {
    TaskGroup group(scope, sizeof...(tasks));
    const bool spawned = (group.spawn(std::move(tasks)) && ...);
    EXPECT_TRUE(spawned);
    pass_time(group);
  }

  // Until the group is empty.
  void pass_time(TaskGroup& group) {
    loop.run();
    while (group.size() > 0 && clock.earliest()) {
      const auto due = std::max(*clock.earliest(), clock.now());
      const auto passed = due - clock.now();
      waits.push_back(passed);
      services->calendar.time += passed;
      clock.advance(passed);
      loop.run();
    }
    EXPECT_EQ(group.size(), 0U) << "a task waits for what will never happen";
  }

  PlatformReply call(const ApiRequest& request) {
    std::optional<PlatformReply> result;
    run_through(store(request, result));
    return std::move(*result);
  }

  Task<> store(const ApiRequest& request, std::optional<PlatformReply>& result) {
    result.emplace(co_await platform->call(request));
  }

  static ApiRequest search() {
    ApiRequest request;
    request.method = "POST";
    request.path = "/search";
    request.body = "{}";
    return request;
  }

  std::string log_text() const {
    std::ifstream in(scratch.path("log"));
    return {std::istreambuf_iterator<char>(in), {}};
  }

  Scratch scratch;
  PlatformConfig config;
  std::optional<FakeServices> services{std::in_place, loop, clock, scratch.path("log")};
  FakeTransport& http = services->http;
  std::unique_ptr<Platform> platform;

  int token_requests = 0;
  std::function<HttpResult<HttpReply>(const HttpRequest&)> token = [this](const HttpRequest&) {
    return HttpResult<HttpReply>(make_reply(200, token_json()));
  };
  std::function<HttpResult<HttpReply>(const HttpRequest&)> api = [](const HttpRequest&) {
    return HttpResult<HttpReply>(make_reply(200, "{}"));
  };
  std::vector<Clock::Duration> waits;  // as they passed
};

}  // namespace dataaction
