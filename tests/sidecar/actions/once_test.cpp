// Calls with an idempotency key: done once, whoever asks how often.

#include "sidecar/actions/once.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/sidecar/actions/action_fixture.h"

namespace dataaction {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class OnceTest : public ActionTest {
 protected:
  static constexpr const char* kBook =
      "request POST https://api.example/; output id $.id; idempotency_key '${key}' 10m; "
      "breaker failures=1000; ";
  static constexpr const char* kInput = R"({"key":"k","seat":1})";

  OnceTest() { make(kBook); }

  // The daemon ends, and begins anew.
  void restart(const std::string& lines = kBook) {
    action.reset();
    open_once();
    make(lines);
  }

  std::string book(const std::string& input = kInput) { return call(input); }

  // Somebody else has the store from the call on.
  void lock_at_call(Writer& writer) {
    api = [this, &writer](const HttpRequest&) {
      writer.run("BEGIN IMMEDIATE");
      return next_number();
    };
  }

  void answer_with(int status, const std::string& body,
                   std::vector<std::pair<std::string, std::string>> headers = {}) {
    api = [=](const HttpRequest&) { return make_reply(status, body, headers); };
  }
};

TEST_F(OnceTest, TheSecondGetsTheFirstOnesResult) {
  EXPECT_EQ(book(), object(1));
  EXPECT_EQ(counters->replayed, 0U);
  EXPECT_EQ(book(), object(1));
  EXPECT_EQ(book(), object(1));
  EXPECT_EQ(asked(), 1U);
  EXPECT_EQ(counters->replayed, 2U);
  EXPECT_EQ(book(R"({"key":"another","seat":1})"), object(2));
}

TEST_F(OnceTest, AlsoAfterARestart) {
  EXPECT_EQ(book(), object(1));
  restart();
  EXPECT_EQ(book(), object(1));
  EXPECT_EQ(asked(), 1U);
}

TEST_F(OnceTest, UntilItsTimeIsOver) {
  book();
  pass(599s);
  EXPECT_EQ(book(), object(1));
  pass(1s);
  EXPECT_EQ(book(), object(2));
}

TEST_F(OnceTest, TwoAtATimeAreOne) {
  answer_after(1s);
  Caller& first = ask(kInput);
  settle();
  Caller& second = ask(kInput);
  settle();
  EXPECT_TRUE(second.waits());
  EXPECT_EQ(finish(first), object(1));
  EXPECT_EQ(finish(second), object(1));
  EXPECT_EQ(asked(), 1U);
  EXPECT_EQ(counters->coalesced, 1U);
}

// Before the first one's claim is on the disk.
TEST_F(OnceTest, EvenAtTheVerySameTime) {
  Caller& first = ask(kInput);
  Caller& second = ask(kInput);
  Caller& other = ask(R"({"key":"k","seat":2})");
  settle();
  EXPECT_EQ(first.answer(), object(1));
  EXPECT_EQ(second.answer(), object(1));
  EXPECT_EQ(other.answer(), "422 dataaction.action.key");
  EXPECT_EQ(asked(), 1U);
}

TEST_F(OnceTest, AnotherInputIsRefused) {
  const std::string other = R"({"key":"k","seat":2})";
  answer_after(1s);
  Caller& first = ask(kInput);
  settle();
  EXPECT_EQ(finish(ask(other)), "422 dataaction.action.key");
  EXPECT_EQ(finish(first), object(1));
  EXPECT_EQ(book(other), "422 dataaction.action.key");
  restart();
  EXPECT_EQ(book(other), "422 dataaction.action.key");
  EXPECT_EQ(asked(), 1U);
}

TEST_F(OnceTest, AnErrorOfTheApiIsAResult) {
  answer_with(409, "");
  Caller& first = ask(kInput);
  finish(first);
  answer_with(200, R"({"id":7})");
  Caller& second = ask(kInput);
  EXPECT_EQ(finish(second), "409 dataaction.upstream.status");
  EXPECT_EQ(second.got->error().reply.message, first.got->error().reply.message);
  EXPECT_EQ(asked(), 1U);
}

TEST_F(OnceTest, WhateverItWasDone) {
  int key = 0;
  for (const HttpResult<HttpReply>& reply : std::initializer_list<HttpResult<HttpReply>>{
           make_reply(200, "<html>"), make_reply(200, "{}"), make_reply(500, ""),
           make_reply(503, ""), make_reply(503, "", {{"Retry-After", "soon"}}), make_reply(301, ""),
           std::unexpected(make_failure(HttpError::kConnect, true)),
           std::unexpected(make_failure(HttpError::kBroken, true)),
           std::unexpected(make_failure(HttpError::kTooLarge, true))}) {
    const std::string input = R"({"key":)" + std::to_string(++key) + "}";
    api = [&](const HttpRequest&) { return reply; };
    const std::string first = book(input);
    const size_t before = asked();
    EXPECT_EQ(book(input), first);
    EXPECT_EQ(asked(), before) << first;
  }
}

TEST_F(OnceTest, ATimeoutIsAResult) {
  answer_after(1h);
  EXPECT_EQ(book(), "504 dataaction.upstream.timeout");
  EXPECT_EQ(book(), "504 dataaction.upstream.timeout");
  EXPECT_EQ(asked(), 1U);
}

TEST_F(OnceTest, WhatWasNotDoneIsNone) {
  restart(std::string(kBook) + "retry attempts=1;");
  int key = 0;
  for (const HttpResult<HttpReply>& reply : std::initializer_list<HttpResult<HttpReply>>{
           make_reply(429, ""), make_reply(503, "", {{"Retry-After", "1"}}),
           std::unexpected(make_failure(HttpError::kConnect, false)),
           std::unexpected(make_failure(HttpError::kName, false))}) {
    const std::string input = R"({"key":)" + std::to_string(++key) + "}";
    api = [&](const HttpRequest&) { return reply; };
    const std::string failed = book(input);
    EXPECT_FALSE(failed.starts_with("{")) << failed;
    api = [&](const HttpRequest&) { return next_number(); };
    const std::string again = book(input);
    EXPECT_EQ(again, object(static_cast<int>(asked()))) << failed;
  }
}

// The last attempt says nothing of the one before.
TEST_F(OnceTest, WhatAnyAttemptMayHaveDoneIsAResult) {
  restart(std::string(kBook) + "idempotent on; timeout 2s;");
  int key = 0;
  for (const HttpResult<HttpReply>& last : std::initializer_list<HttpResult<HttpReply>>{
           make_reply(429, ""), make_reply(503, "", {{"Retry-After", "0"}}),
           std::unexpected(make_failure(HttpError::kConnect, false))}) {
    const std::string input = R"({"key":)" + std::to_string(++key) + "}";
    bool first = true;
    api = [&](const HttpRequest&) -> HttpResult<HttpReply> {
      if (!std::exchange(first, false)) return last;
      return std::unexpected(make_failure(HttpError::kBroken, true));
    };
    const std::string failed = book(input);
    const size_t before = asked();
    EXPECT_EQ(before % 2, 0U);
    EXPECT_EQ(book(input), failed);
    EXPECT_EQ(asked(), before) << failed;
  }
}

// Nor does a breaker that opens, or time that runs out, between two of them.
TEST_F(OnceTest, NorDoesWhatCameBetweenTwo) {
  for (const char* lines : {"breaker failures=1;", "timeout 100ms;"}) {
    make(
        "request POST https://api.example/; output id $.id; idempotency_key '${key}' 10m;"
        "idempotent on;" +
        std::string(lines));
    const std::string input = R"({"key":")" + std::string(lines) + "\"}";
    api = [&](const HttpRequest&) { return make_reply(502, ""); };
    const std::string failed = book(input);
    const size_t before = asked();
    api = [&](const HttpRequest&) { return next_number(); };
    EXPECT_EQ(book(input), failed);
    EXPECT_EQ(asked(), before);
  }
}

TEST_F(OnceTest, AnErrorToldInOutputsIsAResultToo) {
  restart(
      "request POST https://api.example/; output id $.id 0; output code $error_code;"
      "on_error 200; idempotency_key '${key}' 10m;");
  answer_with(409, "");
  const std::string first = book();
  EXPECT_EQ(first, "{\"id\":0,\"code\":\"dataaction.upstream.status\"}\n");
  EXPECT_EQ(book(), first);
  EXPECT_EQ(asked(), 1U);
}

TEST_F(OnceTest, WhoGoesAwayComesBackToTheResult) {
  answer_after(1s);
  Caller& first = ask(kInput);
  settle();
  first.leave();
  settle();
  pass(1s);
  EXPECT_EQ(book(), object(1));
  EXPECT_EQ(asked(), 1U);
}

TEST_F(OnceTest, NobodyKnowsWhatABrokenCallHasDone) {
  answer_after(1h);
  Caller& first = ask(kInput);
  settle();
  flights->cancel(CancelReason::kShutdown);
  settle();
  EXPECT_EQ(first.got->error().reason, EndReason::kShutdown);
  flights.emplace(scope, 16);
  restart();
  for (int i = 0; i < 2; ++i) EXPECT_EQ(book(), "409 dataaction.action.unknown");
  EXPECT_EQ(asked(), 1U);
  EXPECT_EQ(counters->replayed, 0U) << "which is no result";
  EXPECT_EQ(book(R"({"key":"k","seat":2})"), "422 dataaction.action.key");
  pass(600s);
  api = [&](const HttpRequest&) { return next_number(); };
  EXPECT_EQ(book(), object(2));
}

TEST_F(OnceTest, NorOfOneThatWasCancelled) {
  restart(std::string(kBook) + "on_abort cancel;");
  answer_after(1h);
  Caller& first = ask(kInput);
  settle();
  first.leave();
  settle();
  EXPECT_EQ(http.under_way, 0);
  EXPECT_EQ(book(), "409 dataaction.action.unknown");
  EXPECT_EQ(asked(), 1U);
}

TEST_F(OnceTest, WhatWasCancelledInTheQueueIsFree) {
  restart(std::string(kBook) + "on_abort cancel; concurrency 1 queue=1;");
  answer_after(1s);
  Caller& first = ask(R"({"key":"other"})");
  settle();
  Caller& second = ask(kInput);
  settle();
  second.leave();
  settle();
  Caller& third = ask(kInput);
  settle();
  EXPECT_EQ(finish(first), object(1));
  EXPECT_EQ(finish(third), object(2));
}

// At the end of a turn of the loop.
class Afterwards final : public Deferred {
 public:
  explicit Afterwards(std::function<void()> act) : act_(std::move(act)) {}
  void on_deferred() noexcept override { act_(); }

 private:
  std::function<void()> act_;
};

// Another process that looks at the store.
class Reader {
 public:
  explicit Reader(const std::string& path) {
    EXPECT_EQ(sqlite3_open(path.c_str(), &connection_), SQLITE_OK);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { sqlite3_close(connection_); }

  void wait_for_a_key() {
    const auto on_row = [](void* to, int, char**, char**) {
      *static_cast<bool*>(to) = true;
      return 0;
    };
    bool found = false;
    for (int tries = 0; !found && tries < 10'000; ++tries) {
      std::this_thread::sleep_for(1ms);
      sqlite3_exec(connection_, "SELECT 1 FROM results", on_row, &found, nullptr);
    }
    EXPECT_TRUE(found);
  }

 private:
  sqlite3* connection_ = nullptr;
};

TEST_F(OnceTest, WhoComesWhileTheClaimIsGivenBackWaitsForThat) {
  restart(std::string(kBook) + "on_abort cancel;");
  Reader reader(scratch.path("results.db"));
  Caller& first = ask(kInput);
  Caller* same = nullptr;
  Caller* other = nullptr;
  // The claim is on the disk, and the loop does not know it yet.
  Afterwards leaves([&] {
    reader.wait_for_a_key();
    first.leave();
    same = &ask(kInput);
    other = &ask(R"({"key":"k","seat":2})");
  });
  bool claimed = false;
  services->calendar.asked = [&] {
    if (!std::exchange(claimed, true)) loop.defer(leaves);
  };
  settle();
  services->calendar.asked = nullptr;
  ASSERT_TRUE(same != nullptr && other != nullptr);
  EXPECT_EQ(first.got->error().reason, EndReason::kClient);
  EXPECT_EQ(finish(*same), object(2)) << "the first got as far as to the network, and no further";
  EXPECT_EQ(finish(*other), "422 dataaction.action.key");
  EXPECT_EQ(asked(), 2U);
}

TEST_F(OnceTest, WhatIsTooMuchIsFree) {
  restart(std::string(kBook) + "concurrency 1 queue=0;");
  answer_after(1s);
  Caller& first = ask(R"({"key":"other"})");
  settle();
  EXPECT_EQ(finish(ask(kInput)), "503 dataaction.overloaded");
  finish(first);
  EXPECT_EQ(book(), object(2));
}

// Nothing is sent that could not be remembered.
TEST_F(OnceTest, NeedsItsStore) {
  Writer writer(scratch.path("results.db"));
  writer.run("ALTER TABLE results RENAME TO moved");
  Caller& first = ask(kInput);
  EXPECT_EQ(finish(first), "500 " + reply_for_status(500).code);
  EXPECT_THAT(first.got->error().detail, HasSubstr("no such table"));
  EXPECT_EQ(asked(), 0U);
  writer.run("ALTER TABLE moved RENAME TO results");
  EXPECT_EQ(book(), object(1));
}

// Whoever had it would rely on it, and whoever came again would not get it.
TEST_F(OnceTest, AResultThatCannotBeKeptIsNotGiven) {
  Writer writer(scratch.path("results.db"));
  api = [&](const HttpRequest&) {
    writer.run("ALTER TABLE results RENAME TO moved");
    return next_number();
  };
  EXPECT_EQ(book(), "500 dataaction.action.unkept");
  std::ifstream in(scratch.path("log"));
  const std::string log((std::istreambuf_iterator<char>(in)), {});
  EXPECT_THAT(log, HasSubstr("a result could not be kept"));
  writer.run("ALTER TABLE moved RENAME TO results");
  EXPECT_EQ(book(), "409 dataaction.action.unknown");
}

TEST_F(OnceTest, AStoreThatSomebodyElseHasLockedIsWaitedFor) {
  Writer writer(scratch.path("results.db"));
  lock_at_call(writer);
  Caller& first = ask(kInput);
  settle();
  pass(9s);
  EXPECT_TRUE(first.waits());
  writer.run("COMMIT");
  EXPECT_EQ(finish(first), object(1));
  EXPECT_EQ(book(), object(1));
  EXPECT_EQ(asked(), 1U);
}

TEST_F(OnceTest, ButNotForEver) {
  Writer writer(scratch.path("results.db"));
  writer.run("BEGIN IMMEDIATE");
  EXPECT_EQ(book(), "503 dataaction.overloaded");
  EXPECT_EQ(asked(), 0U) << "it was not the first one's";
  writer.run("COMMIT");
  lock_at_call(writer);
  EXPECT_EQ(book(), "500 dataaction.action.unkept");
  writer.run("COMMIT");
  EXPECT_EQ(book(), "409 dataaction.action.unknown");
}

TEST_F(OnceTest, AShutdownHasLessPatience) {
  Writer writer(scratch.path("results.db"));
  lock_at_call(writer);
  Caller& first = ask(kInput);
  settle();
  flights->cancel(CancelReason::kShutdown);
  pass(4s);
  EXPECT_TRUE(first.waits());
  pass(1s);
  EXPECT_FALSE(first.waits());
  writer.run("COMMIT");
}

TEST_F(OnceTest, AnErrorKeepsItsRetryAfter) {
  answer_with(503, "");
  Caller& first = ask(kInput);
  finish(first);
  EXPECT_EQ(first.got->error().reply.retry_after, 1);
  Caller& second = ask(kInput);
  finish(second);
  EXPECT_EQ(second.got->error().reply, first.got->error().reply);
  EXPECT_EQ(asked(), 1U);
}

// Of a contract that has changed since, say.
TEST_F(OnceTest, AResultThatDoesNotFitIsNotGiven) {
  Writer writer(scratch.path("results.db"));
  EXPECT_EQ(book(), object(1));
  writer.run("UPDATE results SET text = '{\"id\":\"one\"}'");
  EXPECT_EQ(book(), "502 dataaction.upstream.contract");
  writer.run("UPDATE results SET text = '{\"id\":1}'");
  EXPECT_EQ(book(), object(1)) << "it stays";
  EXPECT_EQ(asked(), 1U);
}

TEST_F(OnceTest, WhatIsWrongWithAKeyIsToldInOutputsToo) {
  restart(
      "request POST https://api.example/; output id $.id 0; output code $error_code;"
      "on_error 200; idempotency_key '${key}' 10m;");
  const auto told = [](const std::string& code) {
    return R"({"id":0,"code":"dataaction.)" + code + "\"}\n";
  };
  Writer writer(scratch.path("results.db"));
  writer.run("BEGIN IMMEDIATE");
  EXPECT_EQ(book(), told("overloaded"));
  writer.run("COMMIT; ALTER TABLE results RENAME TO moved");
  EXPECT_EQ(book(), told("internal"));
  writer.run("ALTER TABLE moved RENAME TO results");
  answer_after(1h);
  ask(kInput);
  settle();
  flights->cancel(CancelReason::kShutdown);
  settle();
  flights.emplace(scope, 16);
  EXPECT_EQ(book(), told("action.unknown"));
  EXPECT_EQ(book(R"({"key":"k","seat":2})"), "422 dataaction.action.key")
      << "a mistake in the flow";
}
}  // namespace
}  // namespace dataaction
