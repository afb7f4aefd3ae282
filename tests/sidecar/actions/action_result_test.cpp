#include "sidecar/actions/action_result.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tests/sidecar/actions/action_blocks.h"
#include "tests/sidecar/platform/fake_transport.h"

namespace dataaction {
namespace {

using std::chrono::milliseconds;

constexpr const char* kOutputs =
    "output id $.id; output title $.title; output status $status;"
    "output upstream $upstream_status; output code $error_code; output message $error_message;"
    "output etag $upstream_http_etag;";

ActionResult result_of(const std::string& lines, const PlatformReply& reply) {
  const CheckedAction action =
      checked_action("request POST https://api.example/; " + std::string(kOutputs) + lines);
  return make_result(action.config, action.contract.output(), reply);
}

PlatformFailure failure_with(PlatformFault fault, bool sent = true) {
  PlatformFailure failure;
  failure.fault = fault;
  failure.message = "action a: secrets of the house";
  failure.may_be_done = sent;
  return failure;
}

// An answer that is not of 2xx.
PlatformReply refused(int status, std::string body = {},
                      std::vector<std::pair<std::string, std::string>> headers = {},
                      milliseconds retry_after = milliseconds(0)) {
  PlatformFailure failure = failure_with(PlatformFault::kRefused);
  failure.status = status;
  failure.retry_after = retry_after;
  failure.reply =
      std::make_shared<const HttpReply>(make_reply(status, std::move(body), std::move(headers)));
  return std::unexpected(std::move(failure));
}

// What the webhook is answered with: the object, or status, code and message.
std::string answer(const ActionResult& result) {
  if (!result.failure) return result.object;
  const ErrorReply& reply = result.failure->reply;
  EXPECT_EQ(result.object, "");
  EXPECT_EQ(reply.message.find("house"), std::string::npos);
  return std::to_string(reply.status) + ' ' + reply.code + ": " + reply.message;
}

std::string answer(const std::string& lines, const PlatformReply& reply) {
  return answer(result_of(lines, reply));
}

constexpr const char* kInvalid = "502 dataaction.upstream.invalid: the API's answer cannot be used";
constexpr const char* kContract =
    "502 dataaction.upstream.contract: the API's answer does not fit the contract";

TEST(ActionResult, IsTheOutputs) {
  const ActionResult result =
      result_of("", make_reply(201, R"({"id":7,"title":"t","more":[1]})", {{"ETag", "\"x\""}}));
  EXPECT_EQ(answer(result), R"({"id":7,"title":"t","status":200,"upstream":201,"etag":"\"x\""})");
  EXPECT_TRUE(result.done);
  EXPECT_TRUE(result.succeeded);
  EXPECT_FALSE(result.broken_off);
}

TEST(ActionResult, AnEmptyBodyHasOnlyDefaults) {
  const std::string line = "output any.x $.x 1;";
  EXPECT_EQ(answer(line, make_reply(204, "")), kContract) << "the id is required";
  const CheckedAction action =
      checked_action("request POST https://api.example/; output id $.id 0;");
  EXPECT_EQ(make_result(action.config, action.contract.output(), make_reply(204, "")).object,
            R"({"id":0})");
}

TEST(ActionResult, WhatIsNotJsonCannotBeUsed) {
  for (const std::string body : {"<html>", " ", "{\"id\":7", "{\"id\":7}x", "\xFF", "{'id':7}"}) {
    const ActionResult result = result_of("", make_reply(200, body));
    EXPECT_EQ(answer(result), kInvalid) << body;
    EXPECT_TRUE(result.failure->detail.starts_with("the API's answer is not JSON: "));
    EXPECT_EQ(result.failure->reason, EndReason::kUpstream);
    EXPECT_TRUE(result.done);
    EXPECT_FALSE(result.succeeded);
  }
}

TEST(ActionResult, WhatDoesNotFitNeverLeaves) {
  const ActionResult result =
      result_of("", make_reply(200, R"({"id":"seven","title":"much too long"})"));
  EXPECT_EQ(answer(result), kContract);
  EXPECT_EQ(
      result.failure->detail,
      "what was made of the API's answer does not fit the contract: id (type), title (maxLength)");
  EXPECT_TRUE(result.done) << "the API has done it";
  EXPECT_FALSE(result.succeeded);
  EXPECT_EQ(answer("", make_reply(200, "[]")), kContract);
  EXPECT_EQ(answer("", make_reply(200, R"({"id":null})")), kContract);
}

struct FaultCase {
  PlatformFault fault;
  const char* answer;
  int retry_after = 0;
  const char* if_sent = nullptr;  // the answer then, where it is another
};

void PrintTo(const FaultCase& each, std::ostream* out) {
  *out << name_of(each.fault);
}

class ActionFault : public testing::TestWithParam<FaultCase> {};

TEST_P(ActionFault, WithoutAnAnswer) {
  for (const bool sent : {false, true}) {
    PlatformFailure failure = failure_with(GetParam().fault, sent);
    failure.retry_after = milliseconds(1'500);
    const ActionResult result = result_of("on_status 4xx 5xx =200;", std::unexpected(failure));
    const bool another = sent && GetParam().if_sent != nullptr;
    EXPECT_EQ(answer(result), another ? GetParam().if_sent : GetParam().answer);
    EXPECT_EQ(result.failure->reply.retry_after, GetParam().retry_after);
    EXPECT_EQ(result.failure->detail, failure.message);
    EXPECT_EQ(result.done, sent);
    EXPECT_FALSE(result.succeeded);
    EXPECT_FALSE(result.broken_off);
  }
}

constexpr const char* kUnreachable =
    "502 dataaction.upstream.unreachable: the API could not be reached";
constexpr const char* kBrokenOff =
    "502 dataaction.upstream.broken_off: the API gave no answer of use, and may have carried "
    "out the call";

INSTANTIATE_TEST_SUITE_P(
    Faults, ActionFault,
    testing::Values(
        FaultCase{PlatformFault::kUnreachable, kUnreachable, 0, kBrokenOff},
        FaultCase{PlatformFault::kTimeout,
                  "504 dataaction.upstream.timeout: the API did not answer in time"},
        FaultCase{PlatformFault::kBreakerOpen,
                  "503 dataaction.upstream.unavailable: the API is in trouble and is left alone",
                  2},
        FaultCase{PlatformFault::kMalformed, kInvalid},
        FaultCase{PlatformFault::kCredentials,
                  "502 dataaction.upstream.credentials: the API does not accept the credentials"},
        // Of a token endpoint, after an attempt with the token before perhaps.
        FaultCase{PlatformFault::kServer, kUnreachable, 0, kBrokenOff},
        FaultCase{PlatformFault::kRateLimited, kUnreachable, 0, kBrokenOff},
        FaultCase{PlatformFault::kRefused, kUnreachable, 0, kBrokenOff}));

TEST(ActionRefusal, IsPassedOn) {
  for (const int status : {400, 401, 404, 422, 500, 502, 599}) {
    const ActionResult result = result_of("", refused(status, R"({"id":7})"));
    EXPECT_EQ(answer(result), std::to_string(status) +
                                  " dataaction.upstream.status: the API answered " +
                                  std::to_string(status));
    EXPECT_EQ(result.failure->reply.retry_after, 0);
    EXPECT_TRUE(result.done);
    EXPECT_FALSE(result.succeeded);
  }
}

TEST(ActionRefusal, OfAnotherKindIsNoAnswer) {
  for (const int status : {300, 301, 304, 307, 399, 600, 999}) {
    EXPECT_EQ(answer("", refused(status)),
              "502 dataaction.upstream.status: the API answered with a status that is no answer");
  }
}

TEST(ActionRefusal, SaysWhenToComeAgain) {
  const auto retry_after = [](int status, milliseconds wait) {
    return result_of("", refused(status, "", {}, wait)).failure->reply.retry_after;
  };
  EXPECT_EQ(retry_after(429, milliseconds(0)), 1);
  EXPECT_EQ(retry_after(429, milliseconds(1)), 1);
  EXPECT_EQ(retry_after(429, milliseconds(61'001)), 62);
  EXPECT_EQ(retry_after(503, milliseconds(5'000)), 5);
  EXPECT_EQ(retry_after(503, milliseconds(1'000'000'000'000)), 65'535);
  EXPECT_EQ(retry_after(500, milliseconds(5'000)), 0);
}

// Which is for retry_policy.h to say, and of all attempts.
TEST(ActionRefusal, MaySayThatNothingWasDone) {
  for (const bool may_be_done : {false, true}) {
    PlatformReply reply = refused(429);
    reply.error().may_be_done = may_be_done;
    EXPECT_EQ(result_of("", reply).done, may_be_done);
  }
}

TEST(ActionStatusRule, TakesItForASuccess) {
  const ActionResult result =
      result_of("on_status 404 =200;", refused(404, R"({"id":0,"title":"none"})"));
  EXPECT_EQ(answer(result), R"({"id":0,"title":"none","status":200,"upstream":404})");
  EXPECT_TRUE(result.done);
  EXPECT_FALSE(result.succeeded);
  EXPECT_EQ(answer("on_status 404 =200;", refused(404, "not found")), kContract);
  EXPECT_EQ(answer("on_status 3xx =200;", refused(304, R"({"id":1})")),
            R"({"id":1,"status":200,"upstream":304})");
}

TEST(ActionStatusRule, MakesItAnotherError) {
  EXPECT_EQ(answer("on_status 409 422 =410 \"no longer there\";", refused(422)),
            "410 dataaction.upstream.status: no longer there");
  EXPECT_EQ(answer("on_status 409 =410;", refused(409)),
            "410 dataaction.upstream.status: the API answered 409");
  EXPECT_EQ(answer("on_status 3xx =404;", refused(302)),
            "404 dataaction.upstream.status: the API answered with a status that is no answer");
}

TEST(ActionStatusRule, TheFirstThatFitsCounts) {
  const std::string rules = "on_status 404 =410 one; on_status 4xx =411 two;";
  EXPECT_TRUE(answer(rules, refused(404)).starts_with("410 "));
  EXPECT_TRUE(answer(rules, refused(400)).starts_with("411 "));
  EXPECT_TRUE(answer(rules, refused(499)).starts_with("411 "));
  EXPECT_TRUE(answer(rules, refused(500)).starts_with("500 "));
}

struct EndCase {
  ErrorCode code;
  int status;
  EndReason reason;
};

TEST(ActionBrokenOff, IsAsItsScopeEnded) {
  for (const EndCase& each : {EndCase{ErrorCode::kDeadline, 504, EndReason::kDeadline},
                              EndCase{ErrorCode::kShutdown, 503, EndReason::kShutdown},
                              EndCase{ErrorCode::kHangup, 503, EndReason::kClient},
                              EndCase{ErrorCode::kCancelled, 503, EndReason::kUpstream},
                              EndCase{ErrorCode::kOverloaded, 503, EndReason::kUpstream}}) {
    for (const bool sent : {false, true}) {
      PlatformFailure failure = cancelled(Error(each.code));
      failure.may_be_done = sent;
      const ActionResult result =
          result_of("idempotent on; on_status 5xx =200;", std::unexpected(std::move(failure)));
      ASSERT_TRUE(result.failure);
      EXPECT_EQ(result.failure->reply.status, each.status);
      EXPECT_EQ(result.failure->reason, each.reason);
      EXPECT_TRUE(result.broken_off);
      EXPECT_EQ(result.done, sent);
      EXPECT_FALSE(result.succeeded);
    }
  }
}

// It must not be taken for one that another sidecar may try.
TEST(ActionBrokenOff, MayHaveBeenDone) {
  const auto end_of = [](std::string_view method, ErrorCode code, bool sent) {
    const CheckedAction action =
        checked_action("request " + std::string(method) + " https://api.example/; output id $.id;");
    PlatformFailure failure = cancelled(Error(code));
    failure.may_be_done = sent;
    return make_result(action.config, action.contract.output(), std::unexpected(std::move(failure)))
        .failure->reply;
  };
  for (const ErrorCode code : {ErrorCode::kShutdown, ErrorCode::kCancelled}) {
    const ErrorReply reply = end_of("POST", code, true);
    EXPECT_EQ(reply.status, 502);
    EXPECT_EQ(reply.code, "dataaction.action.interrupted");
    EXPECT_EQ(reply.retry_after, 0);
    EXPECT_EQ(end_of("POST", code, false).status, 503);
    for (const std::string_view method : {"GET", "PUT", "DELETE"}) {
      EXPECT_EQ(end_of(method, code, true).status, 503) << method;
    }
  }
  EXPECT_EQ(end_of("POST", ErrorCode::kDeadline, true).status, 504);
}

}  // namespace
}  // namespace dataaction
