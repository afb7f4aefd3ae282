// An action on a network that the test makes up, with time that passes only where the test lets it.

#pragma once

#include <algorithm>
#include <list>
#include <memory>
#include <string>

#include "sidecar/actions/action.h"
#include "tests/sidecar/actions/action_blocks.h"
#include "tests/sidecar/platform/fake_services.h"
#include "tests/sidecar/runtime/loop_fixture.h"
#include "tests/sidecar/scratch.h"

namespace dataaction {

class ActionTest : public LoopTest {
 protected:
  static constexpr const char* kGet = "request GET 'https://api.example/${x}'; output id $.id; ";
  static constexpr const char* kPost = "request POST 'https://api.example/${x}'; output id $.id; ";

  ActionTest() {
    services->http.answer = [this](const HttpRequest& request) { return answer(request); };
  }

  void TearDown() override {
    callers.clear();
    action.reset();
    once.reset();
    flights.reset();
    services.reset();
    LoopTest::TearDown();
  }

  // Who asks, and what they got.
  struct Caller {
    explicit Caller(CancelScope& parent) : group(parent, 1) {}

    TaskGroup group;
    Slice slice;
    std::optional<Fetched> got;

    void leave(CancelReason reason = CancelReason::kHangup) { group.cancel(reason); }
    bool waits() const { return group.size() > 0; }
    // The object, or status and code.
    std::string answer() const {
      if (!got) return "waits";
      if (*got) return slice.bytes;
      return std::to_string(got->error().reply.status) + ' ' + got->error().reply.code;
    }
  };

  // `previous`: as after a reload.
  void make(const std::string& lines, const Action* previous = nullptr) {
    CheckedAction checked = checked_action(lines);
    if (checked.config.idempotency && !once) open_once();
    // What it works with is gone when this returns.
    auto calls =
        std::make_shared<ActionCalls>(std::move(checked.config), std::move(checked.contract),
                                      ActionBackground{services->all, *flights, once},
                                      previous != nullptr ? &previous->calls() : nullptr);
    counters = &calls->counters();
    action = std::make_unique<Action>(std::move(calls), std::make_shared<SourceCounters>());
  }

  // Anew, as after a restart, if it was open.
  void open_once() {
    once.reset();
    auto store = ResultStore::open(scratch.path("results.db"));
    ASSERT_TRUE(store) << store.error();
    once = std::move(*Once::create(loop, services->all, std::move(*store)));
  }

  // Somebody asks; nothing has happened yet.
  Caller& ask(const std::string& input = R"({"x":1})", const std::string& context = "ctx") {
    Caller& caller = callers.emplace_back(scope);
    auto stream = action->open({.parameters = input, .cursor = {}, .context_id = context});
    EXPECT_TRUE(stream) << stream.error().message;
    EXPECT_TRUE(caller.group.spawn(fetch(caller, std::move(*stream))));
    return caller;
  }

  // All that can happen without time.
  void settle() { loop.run(); }

  void pass(Clock::Duration time) {
    services->calendar.time += time;
    clock.advance(time);
    loop.run();
  }

  // Until somebody has an answer, however long it takes.
  std::string finish(Caller& caller) {
    settle();
    while (caller.waits() && clock.earliest()) {
      pass(std::max(*clock.earliest() - clock.now(), Clock::Duration(0)));
    }
    return caller.answer();
  }

  std::string call(const std::string& input = R"({"x":1})") { return finish(ask(input)); }

  // What the API answers; by default a number for each time it is asked.
  HttpResult<HttpReply> answer(const HttpRequest& request) { return api(request); }

  HttpResult<HttpReply> next_number() {
    return make_reply(200, R"({"id":)" + std::to_string(http.asked.size()) + "}");
  }
  // The same, after so long.
  void answer_after(Clock::Duration time) {
    api = [this, time](const HttpRequest&) {
      http.latency = time;
      return next_number();
    };
  }

  size_t asked() const { return http.asked.size(); }
  const HttpHeaders& sent() const { return http.asked.back().request.headers; }

  static Task<> fetch(Caller& caller, std::unique_ptr<SourceStream> stream) {
    caller.got.emplace(co_await stream->fetch(caller.slice));
  }

  Scratch scratch;
  std::optional<FakeServices> services{std::in_place, loop, clock, scratch.path("log")};
  FakeTransport& http = services->http;
  std::function<HttpResult<HttpReply>(const HttpRequest&)> api = [this](const HttpRequest&) {
    return next_number();
  };
  std::optional<TaskGroup> flights{std::in_place, scope, 16};
  std::shared_ptr<Once> once;
  const ActionCounters* counters = nullptr;
  std::unique_ptr<Action> action;
  std::list<Caller> callers;
};

// As a caller gets the answer of that request.
inline std::string object(int id) {
  return R"({"id":)" + std::to_string(id) + "}\n";
}

}  // namespace dataaction
