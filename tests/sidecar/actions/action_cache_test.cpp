// Answers that are given again.

#include <gtest/gtest.h>

#include "tests/sidecar/actions/action_fixture.h"

namespace dataaction {
namespace {

using namespace std::chrono_literals;

class ActionCacheTest : public ActionTest {
 protected:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  void answer_with(int status, const std::string& body, const Headers& headers = {}) {
    api = [=](const HttpRequest&) { return make_reply(status, body, headers); };
  }

  // How long an answer with these headers is kept, in seconds.
  int kept(const Headers& headers) {
    make(std::string(kGet) + "cache 30s cache_control=on;");
    answer_with(200, R"({"id":1})", headers);
    call();
    for (int seconds = 0; seconds < 100; ++seconds) {
      const size_t before = asked();
      call();
      if (asked() > before) return seconds;
      pass(1s);
    }
    return -1;
  }
};

TEST_F(ActionCacheTest, GivesAnAnswerForItsTime) {
  make(std::string(kGet) + "cache 30s;");
  EXPECT_EQ(call(), object(1));
  pass(29'999ms);
  EXPECT_EQ(call(), object(1));
  EXPECT_EQ(asked(), 1U);
  EXPECT_EQ(counters->cached, 1U);
  EXPECT_GT(action->calls().cache_bytes(), 0U);
  pass(1ms);
  EXPECT_EQ(call(), object(2));
  EXPECT_EQ(counters->cached, 1U);
}

// From when it came, and not from when it was asked for.
TEST_F(ActionCacheTest, TheTimeBeginsWithTheAnswer) {
  make(std::string(kGet) + "cache 2s;");
  answer_after(5s);
  EXPECT_EQ(call(), object(1));
  pass(1'999ms);
  EXPECT_EQ(call(), object(1));
}

TEST_F(ActionCacheTest, IsOffWithoutTheDirective) {
  make(kGet);
  EXPECT_EQ(call(), object(1));
  EXPECT_EQ(call(), object(2));
  EXPECT_EQ(action->calls().cache_bytes(), 0U);
}

TEST_F(ActionCacheTest, IsByWhatIsSent) {
  make(std::string(kGet) + "cache 30s; header X-H '${h}';");
  EXPECT_EQ(call(R"({"x":1})"), object(1));
  EXPECT_EQ(call(R"({"x":2})"), object(2));
  EXPECT_EQ(call(R"({"x":1,"h":"a"})"), object(3));
  EXPECT_EQ(call(R"({"x":1,"not sent":"a"})"), object(1));
  EXPECT_EQ(call(R"({"h":"a","x":"1"})"), object(3));
}

TEST_F(ActionCacheTest, TakesABodyIntoAccount) {
  make(std::string(kPost) + "cache 30s; idempotent on;");
  EXPECT_EQ(call(R"({"x":1,"y":1})"), object(1));
  EXPECT_EQ(call(R"({"x":1,"y":2})"), object(2));
  EXPECT_EQ(call(R"({"x":1,"y":1})"), object(1));
}

TEST_F(ActionCacheTest, KeepsNoErrors) {
  make(std::string(kGet) +
       "cache 30s; retry attempts=1; on_status 404 =200;"
       "on_status 410 =200; breaker failures=1000;");
  for (const int status : {301, 400, 429, 500, 503}) {
    answer_with(status, R"({"id":7})");
    const size_t before = asked();
    call();
    call();
    EXPECT_EQ(asked(), before + 2) << status;
  }
  answer_with(404, R"({"id":7})");
  EXPECT_EQ(call(), object(7));
  answer_with(200, "<html>");
  EXPECT_EQ(call(), "502 dataaction.upstream.invalid") << "404 is no 2xx, whatever it means";
  answer_with(200, "{}");
  EXPECT_EQ(call(), "502 dataaction.upstream.contract");
  answer_with(200, R"({"id":8})");
  EXPECT_EQ(call(), object(8));
}

// With `on_error 200` they look like any other answer.
TEST_F(ActionCacheTest, KeepsNoErrorsInDisguise) {
  make(
      "request GET https://api.example/; output id $.id 0; on_error 200; cache 30s;"
      "retry attempts=1;");
  for (const char* body : {"<html>", R"({"id":"seven"})"}) {
    answer_with(200, body);
    EXPECT_EQ(call(), object(0));
  }
  answer_with(500, "");
  EXPECT_EQ(call(), object(0));
  answer_with(200, R"({"id":7})");
  EXPECT_EQ(call(), object(7));
  answer_with(500, "");
  EXPECT_EQ(call(), object(7));
}

TEST_F(ActionCacheTest, TheApiMayShortenIt) {
  EXPECT_EQ(kept({}), 30);
  EXPECT_EQ(kept({{"Cache-Control", "max-age=10"}}), 10);
  EXPECT_EQ(kept({{"Cache-Control", "max-age=10"}, {"Age", "4"}}), 6);
  EXPECT_EQ(kept({{"Cache-Control", "max-age=1000"}}), 30);
  EXPECT_EQ(kept({{"Cache-Control", "no-store"}}), 0);
  EXPECT_EQ(kept({{"cache-control", "public"}, {"cache-control", "max-age=3"}}), 3);
  EXPECT_EQ(kept({{"Cache-Control", "max-age=10"}, {"Cache-Control", "private"}}), 0);
  EXPECT_EQ(kept({{"Expires", "0"}}), 0);
  EXPECT_EQ(kept({{"Expires", "Tue, 14 Nov 2023 22:13:27 GMT"},
                  {"Date", "Tue, 14 Nov 2023 22:13:20 GMT"}}),
            7);
  EXPECT_EQ(kept({{"Vary", "Accept"}}), 30);
  EXPECT_EQ(kept({{"Vary", "Accept"}, {"Vary", "*"}}), 0);
}

TEST_F(ActionCacheTest, ButOnlyWhereItIsAsked) {
  make(std::string(kGet) + "cache 30s;");
  answer_with(200, R"({"id":7})", {{"Cache-Control", "no-store"}});
  call();
  call();
  EXPECT_EQ(asked(), 1U);
}

TEST_F(ActionCacheTest, IsNoLargerThanItMayBe) {
  make(std::string(kGet) + "cache 30s size=4k;");
  for (int i = 0; i < 100; ++i) {
    call(R"({"x":)" + std::to_string(i) + "}");
    ASSERT_LE(action->calls().cache_bytes(), 4096U);
  }
  const size_t before = asked();
  call(R"({"x":99})");
  EXPECT_EQ(asked(), before);
  call(R"({"x":0})");
  EXPECT_EQ(asked(), before + 1);
}

TEST_F(ActionCacheTest, IsNotWhatIsStillOnItsWay) {
  make(std::string(kGet) + "cache 30s;");
  answer_after(1s);
  Caller& first = ask();
  Caller& second = ask();
  settle();
  EXPECT_EQ(asked(), 2U);
  finish(first);
  finish(second);
  EXPECT_EQ(counters->coalesced, 0U);
}

TEST_F(ActionCacheTest, WithCoalesceNobodyAsksTwice) {
  make(std::string(kGet) + "cache 30s; coalesce on;");
  answer_after(1s);
  Caller& first = ask();
  Caller& second = ask();
  EXPECT_EQ(finish(first), object(1));
  EXPECT_EQ(finish(second), object(1));
  EXPECT_EQ(call(), object(1));
  EXPECT_EQ(asked(), 1U);
  EXPECT_EQ(counters->coalesced, 1U);
  EXPECT_EQ(counters->cached, 1U);
}

}  // namespace
}  // namespace dataaction
