#include "sidecar/sources/search_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sidecar/platform/search_fixture.h"

namespace dataaction {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SearchSourceTest : public SearchTest {
 protected:
  SearchSourceTest() { fake.fill(6, kBegin); }

  // What a request is refused with; 200: it is not.
  ErrorReply refusal(std::string_view parameters, std::string_view cursor = {}) {
    ConversationSearch calls = source();
    auto opened = calls.open({.parameters = parameters, .cursor = cursor, .context_id = {}});
    return opened ? ErrorReply{.status = 200} : opened.error();
  }

  std::string cursor_with(std::string_view parameters) {
    const Read read =
        read_stream({.parameters = parameters, .cursor = {}, .limit = 1, .context_id = {}});
    EXPECT_NE(read.cursor, "");
    return read.cursor;
  }

  std::string interval_asked() const {
    return body_member(http.asked.back().request.body, "interval");
  }
};

TEST_F(SearchSourceTest, ParametersBecomeValues) {
  search.backend = SearchBackend::kTutorialSearch;
  search.query = "queue:(:queue) status::status";
  read_stream(
      {.parameters = R"({"queue":"a\" OR x","status":"done"})", .cursor = {}, .context_id = "c"});
  EXPECT_EQ(body_member(http.asked.back().request.body, "query"),
            R"(queue:("a\" OR x") status:done)");
  EXPECT_EQ(http.asked.back().request.headers.find("ININ-Correlation-Id"), "c");
}

TEST_F(SearchSourceTest, AMissingParameterIs422) {
  search.query = "queueId::queue userId::user";
  const ErrorReply reply = refusal("{}");
  EXPECT_EQ(reply.status, 422);
  EXPECT_THAT(reply.details, ElementsAre(ErrorDetail{"dataaction.request.parameter", "queue"},
                                         ErrorDetail{"dataaction.request.parameter", "user"}));
  EXPECT_EQ(http.asked.size(), 0U);
}

TEST_F(SearchSourceTest, AnIntervalOutOfTheParameters) {
  search.interval = {.begin = 0, .end = 0, .last = {}, .parameter = "when"};
  read_stream({.parameters = R"({"when":"2024-01-01T00:00:00Z/2024-01-02T00:00:00Z"})",
               .cursor = {},
               .context_id = {}});
  EXPECT_EQ(interval_asked(), "2024-01-01T00:00:00.000Z/2024-01-02T00:00:00.000Z");
  for (const std::string_view bad : {"{}", R"({"when":"yesterday"})", R"({"when":7})",
                                     R"({"when":"2024-01-02T00:00:00Z/2024-01-01T00:00:00Z"})"}) {
    EXPECT_EQ(refusal(bad).status, 422) << bad;
    EXPECT_THAT(refusal(bad).message, HasSubstr("when")) << bad;
  }
}

TEST_F(SearchSourceTest, TheLastHourEndsNow) {
  search.interval = {.begin = 0, .end = 0, .last = std::chrono::hours(1), .parameter = ""};
  read_stream({.parameters = "{}", .cursor = {}, .context_id = {}});
  EXPECT_EQ(interval_asked(), "2023-11-14T21:13:20.000Z/2023-11-14T22:13:20.000Z");
}

TEST_F(SearchSourceTest, ACursorKeepsTheIntervalThatItWasMadeIn) {
  search.interval = {.begin = 0, .end = 0, .last = std::chrono::hours(1), .parameter = ""};
  fake.conversations.clear();
  fake.fill(6, 1'700'000'000 - 100);
  const std::string cursor = cursor_with("{}");
  const std::string before = interval_asked();
  services->calendar.time += std::chrono::hours(5);
  const Read rest = read_stream({.parameters = "{}", .cursor = cursor, .context_id = {}});
  EXPECT_EQ(rest.ids.size(), 5U);
  EXPECT_EQ(interval_asked(), before);
}

TEST_F(SearchSourceTest, ACursorOfAnotherSearchIs422) {
  search.query = "queueId::queue";
  const std::string with_a = R"({"queue":"a"})";
  const std::string cursor = cursor_with(with_a);
  EXPECT_EQ(refusal(with_a, cursor).status, 200);
  EXPECT_EQ(refusal(R"({"queue":"a","other":1})", cursor).status, 200);

  const ErrorReply reply = refusal(R"({"queue":"b"})", cursor);
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(reply.code, "dataaction.request.cursor");
  EXPECT_THAT(reply.details, ElementsAre(ErrorDetail{"dataaction.request.cursor", "cursor"}));

  const SearchSource same = search;
  const auto changed = [&](auto change) {
    search = same;
    change(search);
    return refusal(with_a, cursor).status;
  };
  EXPECT_EQ(changed([](SearchSource& s) { s.query = "userId::queue"; }), 422);
  EXPECT_EQ(changed([](SearchSource& s) { s.platform = "other"; }), 422);
  EXPECT_EQ(changed([](SearchSource& s) { s.page_size = 3; }), 422);
  EXPECT_EQ(changed([](SearchSource& s) { s.sort_field = "conversationEnd"; }), 422);
  EXPECT_EQ(changed([](SearchSource& s) { s.ascending = true; }), 422);
  EXPECT_EQ(changed([](SearchSource& s) { s.backend = SearchBackend::kDetailsJobs; }), 422);
  EXPECT_EQ(changed([](SearchSource& s) { s.max_results = 9; }), 200);
}

TEST_F(SearchSourceTest, ACursorOfAnotherIntervalIs422) {
  search.interval = {.begin = 0, .end = 0, .last = {}, .parameter = "when"};
  const std::string when = R"({"when":"2020-09-13T00:00:00Z/2020-09-14T00:00:00Z"})";
  const std::string cursor = cursor_with(when);
  EXPECT_EQ(refusal(when, cursor).status, 200);
  EXPECT_EQ(refusal(R"({"when":"2020-09-13T00:00:00Z/2020-09-15T00:00:00Z"})", cursor).status, 422);
}

TEST_F(SearchSourceTest, ADamagedCursorIs422) {
  const std::string cursor = cursor_with("{}");
  ASSERT_EQ(refusal("{}", cursor).status, 200);
  for (size_t i = 0; i < cursor.size(); ++i) {
    std::string damaged = cursor;
    damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(refusal("{}", damaged).status, 422) << i;
    EXPECT_EQ(refusal("{}", cursor.substr(0, i)).status, i == 0 ? 200 : 422) << i;
  }
  // What somebody else with a key of their own has made.
  const CursorSeal other(CursorSeal::Key{8});
  EXPECT_EQ(refusal("{}", other.seal(*seal.open(cursor))).status, 422);
  // And what is sealed, but no cursor of a search.
  EXPECT_EQ(refusal("{}", seal.seal("nonsense")).status, 422);
}

struct ReplyCase {
  PlatformFault fault;
  int status;
  const char* code;
  int retry_after = 0;
};

class ReplyTest : public ::testing::TestWithParam<ReplyCase> {};

TEST_P(ReplyTest, IsWhatTheClientGets) {
  PlatformFailure failure;
  failure.fault = GetParam().fault;
  failure.message = "platform main, search: secrets of the house";
  failure.retry_after = std::chrono::milliseconds(1500);
  const SourceFailure end = failure_of(failure);
  EXPECT_EQ(end.reason, EndReason::kUpstream);
  EXPECT_EQ(end.detail, failure.message);
  EXPECT_EQ(end.reply.status, GetParam().status);
  EXPECT_EQ(end.reply.code, GetParam().code);
  EXPECT_EQ(end.reply.retry_after, GetParam().retry_after);
  EXPECT_EQ(end.reply.message.find("house"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Faults, ReplyTest,
    ::testing::Values(
        ReplyCase{PlatformFault::kUnreachable, 502, "dataaction.platform.unavailable"},
        ReplyCase{PlatformFault::kServer, 502, "dataaction.platform.unavailable"},
        ReplyCase{PlatformFault::kTimeout, 504, "dataaction.platform.timeout"},
        ReplyCase{PlatformFault::kRateLimited, 503, "dataaction.platform.rate", 2},
        ReplyCase{PlatformFault::kBreakerOpen, 503, "dataaction.platform.unavailable", 2},
        ReplyCase{PlatformFault::kRefused, 502, "dataaction.platform.refused"},
        ReplyCase{PlatformFault::kGone, 422, "dataaction.request.cursor"},
        ReplyCase{PlatformFault::kCredentials, 502, "dataaction.platform.credentials"},
        ReplyCase{PlatformFault::kMalformed, 502, "dataaction.platform.answer"}),
    [](const auto& info) { return std::to_string(static_cast<int>(info.param.fault)); });

TEST(SearchFailure, ACancellationSaysWhyAndWhatWentWrongBefore) {
  PlatformFailure failure = cancelled(Error(CancelReason::kDeadline));
  failure.message = "platform main, search: status 503";
  const SourceFailure end = failure_of(failure);
  EXPECT_EQ(end.reason, EndReason::kDeadline);
  EXPECT_EQ(end.reply.status, 504);
  EXPECT_EQ(end.detail, "platform main, search: status 503");
}

}  // namespace
}  // namespace dataaction
