#include "sidecar/platform/tutorial_search_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/json/json_writer.h"
#include "tests/sidecar/platform/search_fixture.h"

namespace dataaction {
namespace {

using ::testing::EndsWith;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class TutorialSearchPagesTest : public SearchTest {
 protected:
  TutorialSearchPagesTest() { search.backend = SearchBackend::kTutorialSearch; }

  SearchRun run() const { return run_from_the_beginning(); }

  // Answers with a page for each request, made from its number.
  void answer_with(std::function<std::string(int)> page) {
    api = [this, page](const HttpRequest&) { return make_reply(200, page(asked_++)); };
  }

  int asked_ = 0;
};

TEST_F(TutorialSearchPagesTest, NextPageGoesBackUnaltered) {
  fake.fill(5, kBegin);
  EXPECT_EQ(read_pages(run()).ids, all_ids());
  ASSERT_THAT(http.asked, SizeIs(4));
  EXPECT_EQ(body_member(http.asked[1].request.body, "page"), "");
  EXPECT_EQ(body_member(http.asked[2].request.body, "page"), FakeSearch::cursor_to(2));
  EXPECT_EQ(body_member(http.asked[3].request.body, "page"), FakeSearch::cursor_to(4));
}

TEST_F(TutorialSearchPagesTest, ARequestSaysTheQueryAndTheContext) {
  SearchRun asked = run();
  asked.query = "status:completed";
  asked.context_id = "ctx";
  EXPECT_THAT(read_pages(std::move(asked)).ids, IsEmpty());
  const HttpRequest& request = http.asked.back().request;
  EXPECT_EQ(body_member(request.body, "query"), "status:completed");
  EXPECT_EQ(body_member(request.body, "size"), "2");
  EXPECT_EQ(request.headers.find("ININ-Correlation-Id"), "ctx");
}

TEST_F(TutorialSearchPagesTest, GoesOnWhereACursorStands) {
  fake.fill(5, kBegin);
  SearchRun later = run();
  later.begin.position = FakeSearch::cursor_to(2);
  EXPECT_EQ(read_pages(std::move(later)).ids, (std::vector<std::string>{"c2", "c3", "c4"}));
}

TEST_F(TutorialSearchPagesTest, ACircleIsAnErrorHoweverLong) {
  answer_with([](int number) {
    return R"({"results":[{"id":"x"}],"nextPage":")" + std::to_string(number % 50) + "\"}";
  });
  const Read read = read_pages(run());
  ASSERT_TRUE(read.failure);
  EXPECT_EQ(read.failure->fault, PlatformFault::kMalformed);
  EXPECT_THAT(read.failure->message, EndsWith("a cursor came twice; status 200"));
  EXPECT_EQ(asked_, 51);
}

TEST_F(TutorialSearchPagesTest, TenEmptyPagesInARowAreFineElevenAreNot) {
  int empty = 10;
  answer_with([&](int number) {
    const std::string record = number % (empty + 1) == empty ? R"({"id":"x"})" : "";
    const std::string next = number == 32 ? "null" : "\"n" + std::to_string(number) + '"';
    return R"({"results":[)" + record + R"(],"nextPage":)" + next + "}";
  });
  EXPECT_FALSE(read_pages(run()).failure);
  EXPECT_EQ(asked_, 33);

  asked_ = 0;
  empty = 11;
  const Read read = read_pages(run());
  ASSERT_TRUE(read.failure);
  EXPECT_THAT(read.failure->message, EndsWith("page after page is empty; status 200"));
  EXPECT_EQ(asked_, 11);
}

TEST_F(TutorialSearchPagesTest, ACursorMayBeANumberAndStaysOne) {
  answer_with([](int number) {
    const std::string next = number == 0 ? "2" : "null";
    return R"({"results":[{"id":")" + std::to_string(number) + R"("}],"nextPage":)" + next + "}";
  });
  EXPECT_FALSE(read_pages(run()).failure);
  EXPECT_THAT(http.asked.back().request.body, EndsWith(R"(,"page":2})"));
}

TEST_F(TutorialSearchPagesTest, ACursorMayBeLongButNotEndless) {
  size_t size = PlatformCursors::kMaxCursorSize - 2;  // and its quotes
  answer_with([&](int number) {
    const std::string next = number == 0 ? '"' + std::string(size, 'x') + '"' : "null";
    return R"({"results":[],"nextPage":)" + next + "}";
  });
  EXPECT_FALSE(read_pages(run()).failure);
  asked_ = 0;
  ++size;
  const Read read = read_pages(run());
  ASSERT_TRUE(read.failure);
  EXPECT_THAT(read.failure->message, EndsWith("the cursor is too long; status 200"));
}

TEST_F(TutorialSearchPagesTest, ATokenThatExpiresBetweenPagesIsRenewedUnseen) {
  fake.fill(6, kBegin);
  api = [this](const HttpRequest& request) {
    clock.advance(std::chrono::hours(2));  // after each page
    return fake.answer(request);
  };
  EXPECT_EQ(read_pages(run()).ids, all_ids());
  EXPECT_EQ(token_requests, 3);
}

}  // namespace
}  // namespace dataaction
