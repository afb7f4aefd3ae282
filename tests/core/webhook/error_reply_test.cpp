#include "core/webhook/error_reply.h"

#include <gtest/gtest.h>

#include <string>

#include "core/json/json_reader.h"

namespace dataaction {
namespace {

TEST(ErrorBody, HasThePlatformsShape) {
  ErrorReply reply;
  reply.status = 422;
  reply.code = "dataaction.request.invalid";
  reply.message = "limit must be a whole number, 0 or more";
  reply.details = {{"dataaction.request.invalid", "limit"}, {"x", "y"}};
  EXPECT_EQ(error_body(reply, "ab12"),
            R"({"message":"limit must be a whole number, 0 or more",)"
            R"("code":"dataaction.request.invalid","status":422,"messageParams":{},)"
            R"("contextId":"ab12","details":[{"errorCode":"dataaction.request.invalid",)"
            R"("fieldName":"limit"},{"errorCode":"x","fieldName":"y"}],"errors":[]})");
}

TEST(ErrorBody, WithoutDetails) {
  ErrorReply reply;
  reply.status = 502;
  reply.code = "c";
  reply.message = "m";
  EXPECT_EQ(error_body(reply, ""),
            R"({"message":"m","code":"c","status":502,"messageParams":{},"contextId":"",)"
            R"("details":[],"errors":[]})");
}

TEST(ErrorBody, IsValidJsonWhateverTheTexts) {
  const std::string bytes = "\"\\\n\xFF\xED\xA0\x80";
  ErrorReply reply;
  reply.code = bytes;
  reply.message = bytes;
  reply.details = {{bytes, bytes}};
  const std::string body = error_body(reply, bytes);
  std::string compact;
  EXPECT_FALSE(append_minified(compact, body));
  EXPECT_EQ(compact, body);
}

TEST(ReplyForStatus, KnowsWhatNginxRaises) {
  for (const unsigned status :
       {400, 401, 403, 404, 405, 408, 411, 413, 414, 415, 422, 429, 500, 502, 503, 504}) {
    const ErrorReply reply = reply_for_status(status);
    EXPECT_EQ(reply.status, status);
    EXPECT_TRUE(reply.code.starts_with("dataaction.")) << status;
    EXPECT_NE(reply.code, "dataaction.request.refused") << status;
    EXPECT_FALSE(reply.message.empty()) << status;
    EXPECT_TRUE(reply.details.empty()) << status;
  }
}

TEST(ReplyForStatus, HasWordsForTheOthers) {
  EXPECT_EQ(reply_for_status(418).code, "dataaction.request.refused");
  EXPECT_EQ(reply_for_status(418).status, 418);
  EXPECT_EQ(reply_for_status(507).code, "dataaction.internal");
}

TEST(ReplyForOthers, BlamesNothingOfOurs) {
  EXPECT_EQ(reply_for_others(404), reply_for_status(404));
  for (const unsigned status : {500, 502, 503, 504, 507}) {
    const ErrorReply reply = reply_for_others(status);
    EXPECT_EQ(reply.status, status);
    EXPECT_EQ(reply.code, "dataaction.server.error");
    EXPECT_NE(reply.message, reply_for_status(status).message);
  }
}

TEST(ErrorReply, SaysWhenToComeBack) {
  for (const ErrorReply& reply : {overloaded(), shutting_down()}) {
    EXPECT_EQ(reply.status, 503);
    EXPECT_GT(reply.retry_after, 0);
  }
}

TEST(ErrorReply, SaysWhatIsAllowed) {
  EXPECT_EQ(method_not_allowed("GET, HEAD").status, 405);
  EXPECT_EQ(method_not_allowed("GET, HEAD").allow, "GET, HEAD");
}

}  // namespace
}  // namespace dataaction
