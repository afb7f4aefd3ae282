#include "sidecar/platform/details_job_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sidecar/platform/search_fixture.h"

namespace dataaction {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;

class DetailsJobPagesTest : public SearchTest {
 protected:
  DetailsJobPagesTest() {
    search.backend = SearchBackend::kDetailsJobs;
    fake.fill(5, kBegin);
  }

  SearchRun run() const { return run_from_the_beginning(); }

  // Up to `limit` of a search from the beginning, or of one that goes on.
  Read read_some(uint64_t limit, std::string_view cursor = {}) {
    return read_stream({.parameters = "{}", .cursor = cursor, .limit = limit, .context_id = {}});
  }
};

TEST_F(DetailsJobPagesTest, MadePolledReadAndDeleted) {
  EXPECT_EQ(read_pages(run()).ids, all_ids());
  std::vector<std::string> asked;
  for (const auto& each : http.asked) {
    asked.push_back(each.request.method + ' ' + each.request.url.substr(8));
  }
  const std::string results = "GET api.example.com/jobs/j1/results?pageSize=2";
  const std::string cursor = "&cursor=q%2F%C3%A9%3D%2B%26%25%22%5C";
  EXPECT_THAT(asked, ElementsAre("POST login.example.com/oauth/token", "POST api.example.com/jobs",
                                 "GET api.example.com/jobs/j1", results, results + cursor + "%202",
                                 results + cursor + "%204", "DELETE api.example.com/jobs/j1"));
  EXPECT_THAT(waits, IsEmpty());
}

TEST_F(DetailsJobPagesTest, PollsLessAndLessOften) {
  fake.pending_polls = 8;
  EXPECT_EQ(read_pages(run()).ids, all_ids());
  EXPECT_THAT(waits, ElementsAre(500ms, 1s, 2s, 4s, 8s, 10s, 10s, 10s));
}

TEST_F(DetailsJobPagesTest, OneThatIsNeverDoneIsGivenUp) {
  fake.pending_polls = 1'000'000;
  const Read read = read_pages(run());
  ASSERT_TRUE(read.failure);
  EXPECT_EQ(read.failure->fault, PlatformFault::kTimeout);
  EXPECT_THAT(read.failure->message, EndsWith("not done in 2 hours"));
  EXPECT_THAT(fake.jobs, IsEmpty());
}

TEST_F(DetailsJobPagesTest, OneThatCannotHaveArrivedIsSentAgainAnotherIsNot) {
  int failures = 1;
  bool sent = false;
  api = [&](const HttpRequest& request) -> HttpResult<HttpReply> {
    if (request.method != "POST" || failures-- <= 0) return fake.answer(request);
    return std::unexpected(make_failure(HttpError::kBroken, sent));
  };
  EXPECT_FALSE(read_pages(run()).failure);
  EXPECT_EQ(asked_for("POST /jobs"), 2);

  failures = 1;
  sent = true;
  http.asked.clear();
  EXPECT_TRUE(read_pages(run()).failure);
  EXPECT_EQ(asked_for("POST /jobs"), 1);
}

TEST_F(DetailsJobPagesTest, AJobThatFailsIsAnErrorAndDeleted) {
  for (const std::string state : {"FAILED", "CANCELLED", "EXPIRED"}) {
    fake.state = state;
    const Read read = read_pages(run());
    ASSERT_TRUE(read.failure);
    EXPECT_EQ(read.failure->fault, PlatformFault::kServer);
    EXPECT_EQ(read.failure->message, "platform main, jobs: the job is " + state + "; status 200");
    EXPECT_THAT(fake.jobs, IsEmpty());
  }
}

TEST_F(DetailsJobPagesTest, WhatThePlatformSaysOfItIsMadeFitForALog) {
  api = [this](const HttpRequest& request) {
    return request.method == "GET"
               ? make_reply(200, R"({"state":"FAILED","errorMessage":"out\nof )" +
                                     std::string(100, 'k') + "\"}")
               : fake.answer(request);
  };
  EXPECT_THAT(read_pages(run()).failure->message,
              EndsWith("the job is FAILED: out of [...]; status 200"));
}

TEST_F(DetailsJobPagesTest, AStateThatNobodyKnowsIsAnError) {
  fake.state = "SLEEPING";
  EXPECT_EQ(read_pages(run()).failure->fault, PlatformFault::kMalformed);
  EXPECT_THAT(fake.jobs, IsEmpty());
}

TEST_F(DetailsJobPagesTest, IsDeletedWhenAllIsRead) {
  EXPECT_EQ(read_some(UINT64_MAX).ids, all_ids());
  EXPECT_THAT(fake.jobs, IsEmpty());
}

TEST_F(DetailsJobPagesTest, StaysForACursorOfAnyPage) {
  for (const uint64_t limit : {1, 2, 3, 4}) {
    fake.jobs.clear();
    const Read some = read_some(limit);
    EXPECT_EQ(some.end, Progress::kLimit);
    EXPECT_EQ(fake.jobs.size(), 1U) << limit;
    const Read rest = read_some(UINT64_MAX, some.cursor);
    EXPECT_EQ(some.ids.size() + rest.ids.size(), 5U);
    EXPECT_THAT(fake.jobs, IsEmpty()) << limit;
  }
  EXPECT_EQ(fake.made, 4);
}

TEST_F(DetailsJobPagesTest, StaysForACursorWithinTheLastPage) {
  search.page_size = 5;
  const Read some = read_some(3);
  EXPECT_EQ(fake.jobs.size(), 1U);
  EXPECT_THAT(read_some(UINT64_MAX, some.cursor).ids, ElementsAre("c3", "c4"));
  EXPECT_THAT(fake.jobs, IsEmpty());
}

TEST_F(DetailsJobPagesTest, StaysWhenSomebodyWhoCameBackFails) {
  const Read some = read_some(2);
  api = [this](const HttpRequest& request) {
    return request.url.contains("/results") ? make_reply(500, "") : fake.answer(request);
  };
  EXPECT_FALSE(read_some(UINT64_MAX, some.cursor).end);
  EXPECT_EQ(fake.jobs.size(), 1U);
}

TEST_F(DetailsJobPagesTest, ACursorOfAJobThatIsGoneIsTooOld) {
  const Read some = read_some(2);
  fake.state = "EXPIRED";
  const auto refused = [&] { return read_some(UINT64_MAX, some.cursor).end.error().reply; };
  EXPECT_EQ(refused().status, 422);
  EXPECT_EQ(refused().code, "dataaction.request.cursor");
  fake.state = "FULFILLED";
  fake.jobs.clear();
  EXPECT_EQ(refused().message, "the cursor is too old");
}

TEST_F(DetailsJobPagesTest, IsDeletedWhenTheClientHangsUp) {
  fake.pending_polls = 1'000'000;
  Read read;
  SearchStream stream(share(), pages(run()), background, search, UINT64_MAX, *counters);
  run_through(with_deadline(clock, 100s, read_stream(stream, read)));
  ASSERT_FALSE(read.end);
  EXPECT_EQ(read.end.error().reason, EndReason::kDeadline);
  EXPECT_EQ(asked_for("DELETE /jobs/j1"), 1);
  EXPECT_THAT(fake.jobs, IsEmpty());
}

TEST_F(DetailsJobPagesTest, ClosingTakesNoLongerThanItMay) {
  api = [this](const HttpRequest& request) {
    if (request.method == "DELETE") http.latency = 1h;
    return fake.answer(request);
  };
  EXPECT_EQ(read_some(UINT64_MAX).ids, all_ids());
  EXPECT_THAT(waits, ElementsAre(Clock::Duration(SourceStream::kCloseTime)));
  EXPECT_EQ(http.under_way, 0);
}

}  // namespace
}  // namespace dataaction
