#include "sidecar/platform/details_query_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "tests/sidecar/platform/search_fixture.h"

namespace dataaction {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DetailsQueryPagesTest : public SearchTest {
 protected:
  DetailsQueryPagesTest() { search.backend = SearchBackend::kDetailsQuery; }

  static constexpr int64_t kDay = 86'400;

  SearchRun run() const { return run_from_the_beginning(); }

  // The page numbers, in the order of the requests.
  std::vector<std::string> pages_asked() const {
    std::vector<std::string> pages;
    for (const auto& asked : http.asked) {
      const std::string page = body_member(asked.request.body, "pageNumber");
      if (!page.empty()) pages.push_back(page);
    }
    return pages;
  }
};

TEST_F(DetailsQueryPagesTest, PageByPageUntilAnEmptyOne) {
  fake.fill(5, kBegin);
  EXPECT_EQ(read_pages(run()).ids, all_ids());
  EXPECT_THAT(pages_asked(), ElementsAre("1", "2", "3", "4"));
  EXPECT_EQ(body_member(http.asked.back().request.body, "interval"),
            "2020-09-13T12:26:40.000Z/2020-09-25T02:13:20.000Z");
}

TEST_F(DetailsQueryPagesTest, NothingAtAll) {
  EXPECT_THAT(read_pages(run()).ids, IsEmpty());
  EXPECT_THAT(pages_asked(), ElementsAre("1"));
}

TEST_F(DetailsQueryPagesTest, AShortPageIsNotTheLast) {
  api = [](const HttpRequest& request) {
    const std::string page = body_member(request.body, "pageNumber");
    return make_reply(200, page == "3" ? "{}"
                                       : R"({"conversations":[{"conversationId":"p)" + page +
                                             R"("}],"totalHits":4})");
  };
  EXPECT_THAT(read_pages(run()).ids, ElementsAre("p1", "p2"));
}

TEST_F(DetailsQueryPagesTest, PageAfterPageWithoutARecordIsAnError) {
  api = [](const HttpRequest&) {
    return make_reply(200, R"({"conversations":[],"totalHits":50000})");
  };
  search.page_size = 100;
  const Read read = read_pages(run());
  ASSERT_TRUE(read.failure);
  EXPECT_EQ(read.failure->message,
            "platform main, search: not what was asked for: page after page is empty; status 200");
  EXPECT_EQ(pages_asked().size(), EmptyPages::kMax + 1);
}

TEST_F(DetailsQueryPagesTest, AHundredThousandNeedNoSplitAndNoPageBehindThem) {
  search.page_size = 10'000;
  fake.fill(100'000, kBegin);
  EXPECT_EQ(read_pages(run()).ids.size(), 100'000U);
  EXPECT_EQ(pages_asked().size(), 10U);
}

// By what the platform says of an interval with too much in it, and by the order.
enum class Says { kTotal, k400, k413 };
class SplitTest : public DetailsQueryPagesTest,
                  public ::testing::WithParamInterface<std::tuple<Says, bool>> {};

TEST_P(SplitTest, DeliversEverythingOnceInItsOrder) {
  const auto [says, ascending] = GetParam();
  search.sort_field = "conversationStart";
  search.ascending = ascending;
  search.page_size = 10'000;
  search.interval.end = kBegin + 400'000;
  fake.fill(250'000, kBegin + 12'345);
  fake.tells_total = says == Says::kTotal;
  if (says == Says::k413) fake.too_large_from = 90'000;  // a day has 86,400

  Read read;
  SearchStream stream(share(), pages(run()), background, search, UINT64_MAX, *counters);
  run_through(read_stream(stream, read));
  EXPECT_EQ(read.end, Progress::kAll);
  std::vector<std::string> expected = all_ids();
  if (!ascending) std::ranges::reverse(expected);
  EXPECT_TRUE(read.ids == expected) << read.ids.size();
  // What was read of an interval before it turned out to be too much comes again.
  EXPECT_EQ(counters->duplicates > 0, says == Says::k400);
}

INSTANTIATE_TEST_SUITE_P(Platform, SplitTest,
                         ::testing::Combine(::testing::Values(Says::kTotal, Says::k400, Says::k413),
                                            ::testing::Bool()));

TEST_F(DetailsQueryPagesTest, ASplitInPiecesRepeatsNothing) {
  search.page_size = 10'000;
  search.interval.end = kBegin + 3 * kDay;
  fake.fill(250'000, kBegin);
  std::vector<std::string> ids;
  std::string cursor;
  Read piece;
  do {
    piece = read_stream({.parameters = "{}", .cursor = cursor, .limit = 42'000, .context_id = {}});
    ASSERT_TRUE(piece.end);
    ids.insert(ids.end(), piece.ids.begin(), piece.ids.end());
    cursor = piece.cursor;
  } while (piece.end == Progress::kLimit);
  EXPECT_TRUE(ids == all_ids()) << ids.size();
}

TEST_F(DetailsQueryPagesTest, ASplitGoesOnFromACursorInEachPart) {
  fake.max_hits = 6;  // a day has 4
  fake.tells_total = false;
  search.interval.end = kBegin + 4 * kDay;
  fake.fill(16, kBegin, kDay / 4);
  // Where each page began, and how many conversations had come before it.
  std::vector<std::pair<SearchCursor, size_t>> places;
  std::vector<std::string> ids;
  const auto all = pages(run());
  const auto read = [&](SearchPages& from) -> Task<> {
    Page page;
    while (from.after()) {
      places.emplace_back(*from.after(), ids.size());
      EXPECT_TRUE(co_await from.next(page));
      for (size_t i = 0; i < page.size(); ++i) ids.emplace_back(page.id(i));
    }
  };
  run_through(read(*all));
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 16U);
  EXPECT_GT(ids.size(), 16U);  // what was read of an interval before it turned out to be too much
  for (const auto& [cursor, before] : places) {
    SearchRun later = run();
    later.begin = cursor;
    const Read rest = read_pages(std::move(later));
    EXPECT_FALSE(rest.failure);
    EXPECT_THAT(rest.ids, ElementsAreArray(ids.begin() + static_cast<long>(before), ids.end()));
  }
}

TEST_F(DetailsQueryPagesTest, MoreThanCanBePagedInOneDayIsAnError) {
  search.interval.end = kBegin + kDay;
  api = [](const HttpRequest&) {
    return make_reply(200, R"({"conversations":[{"conversationId":"a"}],"totalHits":100001})");
  };
  const Read read = read_pages(run());
  ASSERT_TRUE(read.failure);
  EXPECT_EQ(read.failure->fault, PlatformFault::kMalformed);
  EXPECT_THAT(read.failure->message, HasSubstr("which backend details_jobs can; status 200"));
  EXPECT_THAT(read.ids, IsEmpty());
  EXPECT_EQ(pages_asked().size(), 2U);
}

TEST_F(DetailsQueryPagesTest, TooLargeInOneDayIsThePlatformsRefusal) {
  search.interval.end = kBegin + 1;
  api = [](const HttpRequest&) { return make_reply(413, R"({"code":"payload.too.large"})"); };
  const Read read = read_pages(run());
  ASSERT_TRUE(read.failure);
  EXPECT_EQ(read.failure->fault, PlatformFault::kRefused);
  EXPECT_THAT(read.failure->message, HasSubstr("payload.too.large"));
}

TEST_F(DetailsQueryPagesTest, AnotherRefusalSplitsNothing) {
  api = [](const HttpRequest&) { return make_reply(400, R"({"message":"bad filter"})"); };
  EXPECT_EQ(read_pages(run()).failure->fault, PlatformFault::kRefused);
  EXPECT_EQ(pages_asked().size(), 1U);
}

TEST_F(DetailsQueryPagesTest, APlatformThatIgnoresThePageNumberComesToAnEnd) {
  search.page_size = 10'000;
  api = [](const HttpRequest&) {
    return make_reply(200, R"({"conversations":[{"conversationId":"a"}],"totalHits":1})");
  };
  EXPECT_EQ(read_pages(run()).ids.size(), 10U);
}

}  // namespace
}  // namespace dataaction
