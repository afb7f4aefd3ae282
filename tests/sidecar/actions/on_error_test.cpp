// `on_error 200`: whatever becomes of a call, the flow gets the outputs.

#include <gtest/gtest.h>

#include <string>

#include "sidecar/actions/action_result.h"
#include "tests/sidecar/actions/action_blocks.h"
#include "tests/sidecar/platform/fake_transport.h"

namespace dataaction {
namespace {

ActionResult result_of(const PlatformReply& reply, const std::string& lines = {}) {
  const CheckedAction action = checked_action(
      "request POST https://api.example/; output id $.id 0; output title $.title none;"
      "output status $status; output upstream $upstream_status; output code $error_code;"
      "output message $error_message; on_error 200; " +
      lines);
  return make_result(action.config, action.contract.output(), reply);
}

PlatformReply refused(int status, std::string body) {
  PlatformFailure failure;
  failure.status = status;
  failure.fault = PlatformFault::kRefused;
  failure.may_be_done = true;
  failure.reply = std::make_shared<const HttpReply>(make_reply(status, std::move(body)));
  return std::unexpected(std::move(failure));
}

PlatformReply unanswered(PlatformFault fault) {
  PlatformFailure failure;
  failure.fault = fault;
  return std::unexpected(std::move(failure));
}

constexpr const char* kMisfit =
    R"({"id":0,"title":"none","status":502,"upstream":200,"code":"dataaction.upstream.contract",)"
    R"("message":"the API's answer does not fit the contract"})";

TEST(OnError, ASuccessHasNoError) {
  const ActionResult result = result_of(make_reply(200, R"({"id":7})"));
  EXPECT_EQ(result.object, R"({"id":7,"title":"none","status":200,"upstream":200})");
  EXPECT_TRUE(result.succeeded);
}

TEST(OnError, NoAnswerIsDefaults) {
  const ActionResult result = result_of(unanswered(PlatformFault::kTimeout));
  EXPECT_FALSE(result.failure);
  EXPECT_EQ(result.object,
            R"({"id":0,"title":"none","status":504,"code":"dataaction.upstream.timeout",)"
            R"("message":"the API did not answer in time"})");
  EXPECT_FALSE(result.succeeded);
  EXPECT_FALSE(result.done);
}

TEST(OnError, AnErrorOfTheApiMaySaySomething) {
  const ActionResult result = result_of(refused(404, R"({"id":3,"title":"gone"})"));
  EXPECT_EQ(result.object,
            R"({"id":3,"title":"gone","status":404,"upstream":404,)"
            R"("code":"dataaction.upstream.status","message":"the API answered 404"})");
  EXPECT_FALSE(result.succeeded);
  EXPECT_TRUE(result.done);
}

TEST(OnError, OfNoUseIsWhatIsNotJson) {
  EXPECT_EQ(result_of(refused(500, "<html>")).object,
            R"({"id":0,"title":"none","status":500,"upstream":500,)"
            R"("code":"dataaction.upstream.status","message":"the API answered 500"})");
  const ActionResult result = result_of(make_reply(200, "<html>"));
  EXPECT_EQ(result.object,
            R"({"id":0,"title":"none","status":502,"upstream":200,)"
            R"("code":"dataaction.upstream.invalid","message":"the API's answer cannot be used"})");
  EXPECT_FALSE(result.succeeded) << "it is not to be kept";
  EXPECT_TRUE(result.done);
}

// What spoiled the answer would spoil the one about it.
TEST(OnError, WhatDoesNotFitIsDefaults) {
  const ActionResult result = result_of(make_reply(200, R"({"id":"seven","title":"t"})"));
  EXPECT_FALSE(result.failure);
  EXPECT_EQ(result.object, kMisfit);
  EXPECT_FALSE(result.succeeded);
  EXPECT_EQ(result_of(make_reply(200, R"({"id":1,"title":"much too long"})")).object, kMisfit);
}

TEST(OnError, AnErrorThatDoesNotFitIsDefaults) {
  EXPECT_EQ(result_of(refused(404, R"({"id":"none","title":"much too long"})")).object,
            R"({"id":0,"title":"none","status":404,"upstream":404,)"
            R"("code":"dataaction.upstream.status","message":"the API answered 404"})");
}

TEST(OnError, AHeaderThatDoesNotFitIsMissing) {
  const CheckedAction action = checked_action(
      "request GET https://b/; output id 1; output title $upstream_http_x -; on_error 200;");
  const ActionResult result =
      make_result(action.config, action.contract.output(),
                  make_reply(200, "{}", {{"X", "much too long for a title"}}));
  EXPECT_EQ(result.object, R"({"id":1,"title":"-"})");
}

TEST(OnError, RulesComeFirst) {
  EXPECT_EQ(result_of(refused(409, ""), "on_status 409 =410 gone;").object,
            R"({"id":0,"title":"none","status":410,"upstream":409,)"
            R"("code":"dataaction.upstream.status","message":"gone"})");
  EXPECT_EQ(result_of(refused(404, ""), "on_status 404 =200;").object,
            R"({"id":0,"title":"none","status":200,"upstream":404})");
}

// A configuration is refused for defaults that do not fit; not every failure can be foreseen there.
TEST(OnError, WhatDoesNotFitIsStillRefused) {
  const CheckedAction action =
      checked_action("request GET https://b/; output id 1; output status $status; on_error 200;");
  const auto only_502 = JsonSchema::compile(R"({"properties":{"status":{"enum":[502]}}})");
  ASSERT_TRUE(only_502);
  const ActionResult result = make_result(action.config, *only_502, refused(500, ""));
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure->reply.code, "dataaction.upstream.contract");
  EXPECT_FALSE(result.succeeded);
}

// Nobody is there to be told, or it is not the call that failed.
TEST(OnError, AnEndOfOursIsNoOutput) {
  const ActionResult result = result_of(std::unexpected(cancelled(Error(CancelReason::kDeadline))));
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure->reply.status, 504);
}

TEST(OnError, WhatIsNotTheApisIsToldToo) {
  const CheckedAction action = checked_action(
      "request GET https://b/; output id 1; output status $status; output code $error_code;"
      "on_error 200;");
  const auto result_of_failure = [&](ErrorCode code) {
    return make_failure(action.config, action.contract.output(), failure_of(Error(code)));
  };
  const ActionResult told = result_of_failure(ErrorCode::kOverloaded);
  EXPECT_EQ(told.object, R"({"id":1,"status":503,"code":"dataaction.overloaded"})");
  EXPECT_FALSE(told.succeeded);
  EXPECT_FALSE(told.done);
  EXPECT_NE(told.detail, "");
  const ActionResult ended = result_of_failure(ErrorCode::kDeadline);
  ASSERT_TRUE(ended.failure);
  EXPECT_EQ(ended.failure->reason, EndReason::kDeadline);
  EXPECT_FALSE(ended.done);
}
}  // namespace
}  // namespace dataaction
