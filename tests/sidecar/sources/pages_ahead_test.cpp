#include "sidecar/sources/pages_ahead.h"

#include <gtest/gtest.h>

#include "core/json/json_writer.h"
#include "tests/sidecar/platform/search_fixture.h"

namespace dataaction {
namespace {

// Three pages of two. A page takes a second on its way.
class PagesAheadTest : public SearchTest {
 protected:
  static constexpr std::chrono::seconds kOnItsWay{1};

  PagesAheadTest() {
    search.backend = SearchBackend::kTutorialSearch;
    fake.fill(6, kBegin);
    api = [this](const HttpRequest& request) {
      http.latency = kOnItsWay;
      return fake.answer(request);
    };
  }

  PagesAhead make_ahead() { return PagesAhead(pages(run_from_the_beginning())); }

  static std::string position(size_t offset) {
    std::string json;
    append_json_string(json, FakeSearch::cursor_to(offset));
    return json;
  }

  long searches() const { return asked_for("POST /search"); }
};

TEST_F(PagesAheadTest, ThePageAheadIsOnItsWayWhileThisOneIsUsed) {
  PagesAhead ahead = make_ahead();
  const auto read = [&]() -> Task<> {
    EXPECT_TRUE(co_await ahead.next());
    EXPECT_EQ(searches(), 1);
    co_await ahead.ask_ahead();
    EXPECT_EQ(searches(), 2);
    EXPECT_EQ(ahead.page().id(0), "c0");
    EXPECT_EQ(ahead.here().position, "");
    EXPECT_EQ(ahead.after()->position, position(2));
    static_cast<void>(co_await sleep_for(clock, kOnItsWay));
    EXPECT_EQ(ahead.page().id(0), "c0");  // also when the other one has come
    EXPECT_EQ(ahead.after()->position, position(2));
    EXPECT_TRUE(co_await ahead.next());
    EXPECT_EQ(ahead.page().id(0), "c2");
    EXPECT_EQ(ahead.here().position, position(2));
    EXPECT_EQ(searches(), 2);
  };
  run_through(read());
}

TEST_F(PagesAheadTest, BehindTheLastPageNothingIsAsked) {
  PagesAhead ahead = make_ahead();
  const auto read = [&]() -> Task<> {
    for (int page = 0; page < 3; ++page) {
      EXPECT_TRUE(co_await ahead.next());
      co_await ahead.ask_ahead();
    }
    EXPECT_FALSE(ahead.after());
    co_await ahead.stop();
  };
  run_through(read());
  EXPECT_EQ(searches(), 3);
}

TEST_F(PagesAheadTest, AFailureIsToldInItsTurn) {
  api = [this](const HttpRequest& request) {
    return body_member(request.body, "page").empty() ? fake.answer(request) : make_reply(403, "");
  };
  PagesAhead ahead = make_ahead();
  const auto read = [&]() -> Task<> {
    EXPECT_TRUE(co_await ahead.next());
    co_await ahead.ask_ahead();
    EXPECT_EQ(ahead.page().size(), 2U);
    const auto second = co_await ahead.next();
    EXPECT_FALSE(second);
    EXPECT_EQ(second.error().status, 403);
  };
  run_through(read());
}

TEST_F(PagesAheadTest, WhatIsNotWantedAnyMoreIsGivenUp) {
  PagesAhead ahead = make_ahead();
  const auto read = [&]() -> Task<> {
    EXPECT_TRUE(co_await ahead.next());
    co_await ahead.ask_ahead();
    EXPECT_EQ(http.under_way, 1);
    co_await ahead.stop();
    EXPECT_EQ(http.under_way, 0);
  };
  run_through(read());
}

TEST_F(PagesAheadTest, ADeadlineReachesThePageAhead) {
  PagesAhead ahead = make_ahead();
  const auto read = [&]() -> Task<> {
    CancelScope& here = co_await current_scope();
    EXPECT_TRUE(co_await ahead.next());
    co_await ahead.ask_ahead();
    here.cancel(CancelReason::kDeadline);
    const auto second = co_await ahead.next();
    EXPECT_FALSE(second);
    EXPECT_TRUE(second.error().cancelled);
  };
  run_through(read());
}

}  // namespace
}  // namespace dataaction
