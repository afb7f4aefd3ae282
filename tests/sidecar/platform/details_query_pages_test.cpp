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
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DetailsQueryPagesTest : public SearchTest {
 protected:
  DetailsQueryPagesTest() { search.backend = SearchBackend::kDetailsQuery; }

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

// They may be all that the client may see of it.
TEST_F(DetailsQueryPagesTest, EmptyPagesGoOnAsFarAsTheTotal) {
  api = [](const HttpRequest&) {
    return make_reply(200, R"({"conversations":[],"totalHits":50000})");
  };
  search.page_size = 100;
  const Read read = read_pages(run());
  EXPECT_FALSE(read.failure);
  EXPECT_THAT(read.ids, IsEmpty());
  EXPECT_EQ(pages_asked().size(), 500U);
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
  if (says == Says::k413) fake.too_large_from = 60'000;

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

TEST_F(DetailsQueryPagesTest, ASplitGoesOnFromACursorInEachPart) {
  fake.max_hits = 4;
  fake.tells_total = false;
  search.interval.end = kBegin + 16;
  fake.fill(16, kBegin);
  Read whole;
  const auto all = pages(run());
  std::vector<SearchCursor> cursors;
  std::set<std::string> ids;
  const auto read = [](SearchPages& from, std::vector<SearchCursor>& to,
                       std::set<std::string>& seen) -> Task<> {
    Page page;
    while (from.after()) {
      to.push_back(*from.after());
      EXPECT_TRUE(co_await from.next(page));
      for (size_t i = 0; i < page.size(); ++i) seen.emplace(page.id(i));
    }
  };
  run_through(read(*all, cursors, ids));
  EXPECT_EQ(ids.size(), 16U);
  // From each of them on to the end: nothing that came later is missing.
  for (const SearchCursor& cursor : cursors) {
    SearchRun later = run();
    later.begin = cursor;
    const Read rest = read_pages(std::move(later));
    EXPECT_FALSE(rest.failure);
    EXPECT_EQ(rest.ids.empty() ? "c15" : rest.ids.back(), "c15");
  }
}

TEST_F(DetailsQueryPagesTest, MoreThanCanBePagedInOneSecondIsAnError) {
  search.interval.end = kBegin + 2;
  api = [](const HttpRequest&) {
    return make_reply(200, R"({"conversations":[{"conversationId":"a"}],"totalHits":100001})");
  };
  const Read read = read_pages(run());
  ASSERT_TRUE(read.failure);
  EXPECT_EQ(read.failure->fault, PlatformFault::kMalformed);
  EXPECT_THAT(read.failure->message, EndsWith("which backend details_jobs can"));
  EXPECT_THAT(read.ids, IsEmpty());
  EXPECT_EQ(pages_asked().size(), 2U);
}

TEST_F(DetailsQueryPagesTest, TooLargeInOneSecondIsThePlatformsRefusal) {
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
