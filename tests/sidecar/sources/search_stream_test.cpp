#include "sidecar/sources/search_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/json/json_writer.h"
#include "tests/sidecar/platform/search_fixture.h"

namespace dataaction {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SearchStreamTest : public SearchTest {
 protected:
  SearchStreamTest() { search.backend = SearchBackend::kTutorialSearch; }

  Read read(uint64_t limit = UINT64_MAX, std::string_view cursor = {}) {
    return read_stream({.parameters = "{}", .cursor = cursor, .limit = limit, .context_id = {}});
  }

  // Pages with these records and `members`, and a cursor on each but the last.
  void answer_with(std::vector<std::string> pages, std::string members = "") {
    api = [pages = std::move(pages), members = std::move(members)](const HttpRequest& request) {
      const std::string page = body_member(request.body, "page");
      const size_t at = page.empty() ? 0 : std::stoul(page);
      const std::string next =
          at + 1 < pages.size() ? R"(,"nextPage":")" + std::to_string(at + 1) + "\"}" : "}";
      return make_reply(200, R"({"results":[)" + pages[at] + ']' + members + next);
    };
  }

  static std::string record(std::string_view id) {
    return R"({"conversationId":")" + std::string(id) + "\"}";
  }
};

TEST_F(SearchStreamTest, RecordsPassAsTheyCame) {
  answer_with(
      {R"( { "b" : 12345678901234567890123 , "a" : "\u00e9" , "id" : "x" , "b":1.0e+00 } )"});
  EXPECT_EQ(read().text,
            "{\"b\":12345678901234567890123,\"a\":\"\\u00e9\",\"id\":\"x\",\"b\":1.0e+00}\n");
}

TEST_F(SearchStreamTest, EachConversationOnce) {
  answer_with({record("a") + ',' + record("b") + ',' + record("a"), record("b") + ',' + record("c"),
               record("a"), record("d")});
  const Read all = read();
  EXPECT_THAT(all.ids, ElementsAre("a", "b", "c", "d"));
  EXPECT_EQ(all.end, Progress::kAll);
  EXPECT_EQ(counters->duplicates, 3U);
  EXPECT_EQ(counters->forgotten, 0U);
}

TEST_F(SearchStreamTest, RecordsWithoutAnIdAreAllTheirOwn) {
  answer_with({"{},{},{\"id\":7}", "{}"});
  EXPECT_EQ(read().text, "{}\n{}\n{\"id\":7}\n{}\n");
}

TEST_F(SearchStreamTest, WhatIsForgottenIsCounted) {
  search.dedup_window = 2;
  answer_with({record("a") + ',' + record("b") + ',' + record("c"), record("a")});
  EXPECT_THAT(read().ids, ElementsAre("a", "b", "c", "a"));
  EXPECT_EQ(counters->forgotten, 2U);
}

TEST_F(SearchStreamTest, ALimitThatIsReachedSaysSoAndOneThatIsNotDoesNot) {
  fake.fill(6, kBegin);
  for (const uint64_t limit : {1, 2, 3, 5}) {
    const Read some = read(limit);
    EXPECT_EQ(some.ids.size(), limit);
    EXPECT_EQ(some.end, Progress::kLimit) << limit;
  }
  EXPECT_EQ(read(6).end, Progress::kAll);
  EXPECT_EQ(read(7).end, Progress::kAll);
  EXPECT_EQ(read(0).end, Progress::kLimit);
}

TEST_F(SearchStreamTest, NoMoreIsFetchedThanTheLimitNeeds) {
  fake.fill(6, kBegin);
  EXPECT_EQ(read(2).ids.size(), 2U);
  EXPECT_EQ(asked_for("POST /search"), 1);
}

TEST_F(SearchStreamTest, WhenASliceIsGivenTheNextPageHasBeenAskedFor) {
  fake.fill(6, kBegin);
  ConversationSearch calls = source();
  const auto stream =
      calls.open({.parameters = "{}", .cursor = {}, .limit = UINT64_MAX, .context_id = {}});
  const auto read = [&]() -> Task<> {
    Slice slice;
    EXPECT_EQ(co_await (*stream)->fetch(slice), Progress::kMore);
    EXPECT_EQ(slice.records, 2U);
    EXPECT_EQ(asked_for("POST /search"), 2);
    co_await (*stream)->stop();
  };
  run_through(read());
}

TEST_F(SearchStreamTest, TheSmallerOfLimitAndMaxResultsCounts) {
  fake.fill(6, kBegin);
  search.max_results = 3;
  EXPECT_EQ(read().ids.size(), 3U);
  EXPECT_EQ(read().end, Progress::kLimit);
  EXPECT_EQ(read(2).ids.size(), 2U);
}

// What total() said after each slice.
using Totals = std::vector<std::optional<uint64_t>>;

class TotalTest : public SearchStreamTest {
 protected:
  TotalTest() { search.backend = SearchBackend::kDetailsQuery; }

  Totals totals(std::string_view cursor = {}, uint64_t limit = UINT64_MAX) {
    ConversationSearch calls = source();
    const auto stream =
        calls.open({.parameters = "{}", .cursor = cursor, .limit = limit, .context_id = {}});
    EXPECT_TRUE(stream) << stream.error().message;
    EXPECT_EQ((*stream)->total(), std::nullopt);
    Totals totals;
    const auto read_all = [&]() -> Task<> {
      Fetched fetched = Progress::kMore;
      while (fetched == Progress::kMore) {
        Slice slice;
        fetched = co_await (*stream)->fetch(slice);
        if (slice.records > 0) totals.push_back((*stream)->total());
      }
      co_await (*stream)->stop();
    };
    run_through(read_all());
    return totals;
  }
};

TEST_F(TotalTest, IsWhatThePlatformCounts) {
  fake.fill(5, kBegin);
  EXPECT_THAT(totals(), ElementsAre(5U, 5U, 5U));
  fake.tells_total = false;
  EXPECT_THAT(totals(), ElementsAre(std::nullopt, std::nullopt, std::nullopt));
}

TEST_F(TotalTest, IsBoundByLimitAndMaxResults) {
  fake.fill(5, kBegin);
  EXPECT_THAT(totals({}, 3), ElementsAre(3U, 3U));
  search.max_results = 4;
  EXPECT_THAT(totals(), ElementsAre(4U, 4U));
  search.max_results = 9;
  EXPECT_THAT(totals(), ElementsAre(5U, 5U, 5U));
}

TEST_F(TotalTest, CountsFromWhereACursorGoesOn) {
  fake.fill(7, kBegin);
  EXPECT_THAT(totals(read(1).cursor), ElementsAre(6U, 6U, 6U, 6U));
  EXPECT_THAT(totals(read(4).cursor), ElementsAre(3U, 3U));
  EXPECT_THAT(totals(read(5).cursor), ElementsAre(2U, 2U));
  EXPECT_THAT(totals(read(4).cursor, 2), ElementsAre(2U));
}

TEST_F(TotalTest, OfAPartOfTheIntervalIsNone) {
  constexpr int64_t kDay = 86'400;
  fake.fill(16, kBegin, kDay / 4);
  search.interval.end = kBegin + 4 * kDay;
  fake.max_hits = 6;  // which is found out behind the third page
  const Totals whole = totals();
  EXPECT_EQ(whole.front(), 16U);
  EXPECT_EQ(whole.back(), std::nullopt);
  fake.too_large_from = 5;
  EXPECT_THAT(totals(), Each(std::nullopt));
  EXPECT_THAT(totals(read(3).cursor), Each(std::nullopt));
}

TEST_F(TotalTest, BehindAPlatformsOwnCursorIsNone) {
  search.backend = SearchBackend::kTutorialSearch;
  answer_with({record("a") + ',' + record("b"), record("c")}, R"(,"total":3)");
  EXPECT_THAT(totals(), ElementsAre(3U, 3U));
  EXPECT_THAT(totals(read(1).cursor), ElementsAre(2U, 2U));
  EXPECT_THAT(totals(read(2).cursor), ElementsAre(std::nullopt));
}

class ResumeTest : public SearchStreamTest, public ::testing::WithParamInterface<SearchBackend> {};

TEST_P(ResumeTest, ThePartsAreTheWhole) {
  search.backend = GetParam();
  search.page_size = 3;
  fake.fill(8, kBegin);  // pages of 3, 3 and 2
  const std::string whole = read().text;
  EXPECT_EQ(ids_of(whole), all_ids());
  for (uint64_t limit = 1; limit <= 8; ++limit) {
    std::string parts;
    std::string cursor;
    int reads = 0;
    for (;;) {
      const Read part = read(limit, cursor);
      ASSERT_TRUE(part.end) << part.end.error().detail;
      EXPECT_LE(part.ids.size(), limit);
      parts += part.text;
      ASSERT_LT(++reads, 20);
      if (part.end == Progress::kAll) break;
      cursor = part.cursor;
    }
    EXPECT_EQ(parts, whole) << limit;
    EXPECT_GE(reads, 8 / static_cast<int>(limit));
  }
}

INSTANTIATE_TEST_SUITE_P(Backends, ResumeTest,
                         ::testing::Values(SearchBackend::kTutorialSearch,
                                           SearchBackend::kDetailsQuery,
                                           SearchBackend::kDetailsJobs),
                         [](const auto& info) { return std::string(name_of(info.param)); });

// Page by page, each in a request of its own: nobody remembers a cursor but the cursor.
class SelfCursorTest : public SearchStreamTest,
                       public ::testing::WithParamInterface<SearchBackend> {};

TEST_P(SelfCursorTest, ACursorThatLeadsToItselfIsAnError) {
  search.backend = GetParam();
  fake.fill(6, kBegin);
  const Read first = read(2);
  const std::string next = first.cursor;
  api = [this](const HttpRequest& request) {
    HttpReply reply = fake.answer(request);
    const std::string third = FakeSearch::cursor_to(4);
    std::string from;
    std::string to;
    append_json_string(from, third);
    append_json_string(to, FakeSearch::cursor_to(2));
    if (const size_t at = reply.body.find(from); at != reply.body.npos) {
      reply.body.replace(at, from.size(), to);
    }
    return reply;
  };
  const Read second = read(2, next);
  ASSERT_FALSE(second.end);
  EXPECT_THAT(second.end.error().detail, HasSubstr("a cursor came twice"));
  EXPECT_THAT(second.ids, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Backends, SelfCursorTest,
                         ::testing::Values(SearchBackend::kTutorialSearch,
                                           SearchBackend::kDetailsJobs),
                         [](const auto& info) { return std::string(name_of(info.param)); });

TEST_F(SearchStreamTest, WhatACursorSkipsHasBeenSeen) {
  answer_with({record("a") + ',' + record("b") + ',' + record("a") + ',' + record("c")});
  const Read some = read(2);
  EXPECT_THAT(read(UINT64_MAX, some.cursor).ids, ElementsAre("c"));
}

TEST_F(SearchStreamTest, APageThatHasShrunkUnderACursorIsNoTrouble) {
  answer_with({record("a") + ',' + record("b") + ',' + record("c")});
  const Read some = read(2);
  answer_with({record("a")});
  const Read rest = read(UINT64_MAX, some.cursor);
  EXPECT_THAT(rest.ids, IsEmpty());
  EXPECT_EQ(rest.end, Progress::kAll);
}

TEST_F(SearchStreamTest, APlatformCursorThatIsTooLongForOursLeavesNone) {
  api = [](const HttpRequest& request) {
    if (!body_member(request.body, "page").empty()) return make_reply(200, R"({"results":[]})");
    return make_reply(200,
                      R"({"results":[{"id":"x"}],"nextPage":")" + std::string(4096, 'n') + "\"}");
  };
  const Read some = read(1);
  EXPECT_EQ(some.end, Progress::kLimit);
  EXPECT_EQ(some.cursor, "");
  EXPECT_EQ(read().end, Progress::kAll);
}

TEST_F(SearchStreamTest, ACircleOfFreshCursorsIsAnError) {
  std::string records;
  for (int i = 0; i < 1000; ++i) records += (i > 0 ? "," : "") + record(std::to_string(i));
  int asked = 0;
  api = [&](const HttpRequest&) {
    return make_reply(
        200, R"({"results":[)" + records + R"(],"nextPage":")" + std::to_string(++asked) + "\"}");
  };
  const Read all = read();
  ASSERT_FALSE(all.end);
  EXPECT_EQ(all.ids.size(), 1000U);
  EXPECT_EQ(all.end.error().reason, EndReason::kUpstream);
  EXPECT_EQ(all.end.error().detail,
            "platform main, search: not what was asked for: page after page holds what has come "
            "before; status 200");
  EXPECT_EQ(asked, 52);
}

TEST_F(SearchStreamTest, PagesThatOverlapAreFineWhileTheyGetSomewhere) {
  std::string records;
  for (int i = 0; i < 1000; ++i) records += record(std::to_string(i)) + ',';
  std::vector<std::string> pages;
  for (int i = 1000; i < 1100; ++i) pages.push_back(records + record(std::to_string(i)));
  answer_with(pages);
  const Read all = read();
  EXPECT_EQ(all.end, Progress::kAll);
  EXPECT_EQ(all.ids.size(), 1100U);
  EXPECT_EQ(counters->duplicates, 99'000U);
}

TEST_F(SearchStreamTest, AFailureBehindTheFirstRecordLeavesTheCursor) {
  fake.fill(6, kBegin);
  api = [this](const HttpRequest& request) {
    return body_member(request.body, "page") == FakeSearch::cursor_to(2) ? make_reply(500, "")
                                                                         : fake.answer(request);
  };
  const Read some = read();
  ASSERT_FALSE(some.end);
  EXPECT_THAT(some.end.error().detail, EndsWith("another attempt would not help"));
  EXPECT_THAT(some.ids, ElementsAre("c0", "c1"));
  api = [this](const HttpRequest& request) { return fake.answer(request); };
  EXPECT_THAT(read(UINT64_MAX, some.cursor).ids, ElementsAre("c2", "c3", "c4", "c5"));
}

}  // namespace
}  // namespace dataaction
