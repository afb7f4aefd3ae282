#include "core/platform/token_answer.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <tuple>

namespace dataaction {
namespace {

using namespace std::chrono_literals;

const std::string kToken(86, 't');

std::string answer(std::string_view token, std::string_view type = "\"bearer\"",
                   std::string_view expires_in = "86399") {
  std::string body = R"({"access_token":")";
  body.append(token).append("\",\"token_type\":").append(type);
  return body.append(",\"expires_in\":").append(expires_in).append("}");
}

TokenError error_of(int status, std::string_view body) {
  const auto token = read_token_answer(status, body);
  if (token) {
    ADD_FAILURE() << body;
    return {};
  }
  return token.error();
}

void expect_malformed(std::string_view what, const std::string& body) {
  const TokenError error = error_of(200, body);
  EXPECT_EQ(error.kind, TokenErrorKind::kMalformed) << body;
  EXPECT_EQ(error.message, "the token endpoint answered 200 with " + std::string(what)) << body;
  EXPECT_EQ(retry_status(error), 200);
}

TEST(TokenAnswer, IsAToken) {
  const auto token = read_token_answer(200, answer(kToken));
  ASSERT_TRUE(token);
  EXPECT_EQ(token->access_token, kToken);
  EXPECT_EQ(token->expires_in, 86'399s);
}

TEST(TokenAnswer, HasAnyOrderAndMore) {
  const auto token = read_token_answer(
      200,
      R"( {"expires_in":300,"x":{"error":1},"token_type":"Bearer","access_token":"a-._~+/9="} )");
  ASSERT_TRUE(token);
  EXPECT_EQ(token->access_token, "a-._~+/9=");
  EXPECT_EQ(token->expires_in, 300s);
}

TEST(TokenAnswer, IsOfTypeBearer) {
  EXPECT_TRUE(read_token_answer(200, answer(kToken, "\"BEARER\"")));
  for (const char* bad : {"\"mac\"", "\"\"", "\"bearer \"", "null", "1", "{}"}) {
    expect_malformed("a token_type other than bearer", answer(kToken, bad));
  }
  expect_malformed("a token_type other than bearer", R"({"access_token":"t","expires_in":1})");
}

TEST(TokenAnswer, HasATokenThatIsOne) {
  for (const std::string& bad :
       {std::string(), std::string("="), std::string("=a"), std::string("a=b"), std::string("a b"),
        std::string("a\\r\\nX: y"), std::string("a\\u0000"), std::string("\xC3\xA4"),
        std::string("a,b"), std::string("a\\\"b"), std::string(kMaxTokenSize + 1, 'a')}) {
    expect_malformed("an access_token that is none", answer(bad));
  }
  EXPECT_TRUE(read_token_answer(200, answer(std::string(kMaxTokenSize, 'a'))));
  expect_malformed("no access_token", R"({"token_type":"bearer","expires_in":1})");
  expect_malformed("an access_token that is none",
                   R"({"access_token":null,"token_type":"bearer","expires_in":1})");
}

TEST(TokenAnswer, ExpiresInWholeSeconds) {
  EXPECT_EQ(read_token_answer(200, answer(kToken, "\"bearer\"", "1"))->expires_in, 1s);
  EXPECT_EQ(read_token_answer(200, answer(kToken, "\"bearer\"", "9223372036854775807"))->expires_in,
            std::chrono::days(30));
  for (const char* bad : {"0", "-1", "1.5", "3e2", "\"3600\"", "null", "true", "[]", "{}",
                          "9223372036854775808", "-0"}) {
    expect_malformed("an expires_in that is no positive whole number",
                     answer(kToken, "\"bearer\"", bad));
  }
  expect_malformed("an expires_in that is no positive whole number",
                   R"({"access_token":"t","token_type":"bearer"})");
}

TEST(TokenAnswer, IsAJsonObject) {
  constexpr std::string_view kNone = "a body that is no JSON object, or says something twice";
  for (const std::string& bad :
       {std::string(), std::string("<html>"), std::string("[]"), '[' + answer(kToken) + ']',
        answer(kToken) + 'x', "\"" + kToken + '"',
        std::string(R"({"access_token":"a","access_token":"b","token_type":"bearer"})")}) {
    expect_malformed(kNone, bad);
  }
  const std::string good = answer(kToken);
  for (size_t size = 0; size < good.size(); ++size) {
    expect_malformed(kNone, good.substr(0, size));
  }
  expect_malformed("a body of more than 64k", answer(kToken) + std::string(kMaxTokenAnswer, ' '));
}

TEST(TokenError, MayHaveStatus200) {
  const TokenError error =
      error_of(200, R"({"error":"invalid_client",)" + answer(kToken).substr(1));
  EXPECT_EQ(error.kind, TokenErrorKind::kInvalidClient);
  EXPECT_EQ(error.message, "the token endpoint answered 200 invalid_client");
  EXPECT_EQ(error_of(200, R"({"error":null})").kind, TokenErrorKind::kRefused);
}

TEST(TokenError, OfTheClientIsToldApart) {
  for (const int status : {400, 401}) {
    const TokenError error = error_of(
        status,
        R"({"error":"invalid_client","description":"client not found","error_description":"client not found"})");
    EXPECT_EQ(error.kind, TokenErrorKind::kInvalidClient);
    EXPECT_EQ(error.status, status);
    EXPECT_EQ(error.message, "the token endpoint answered " + std::to_string(status) +
                                 " invalid_client (client not found)");
    EXPECT_EQ(retry_status(error), status);
  }
}

TEST(TokenError, RateLimitIsToldApart) {
  for (const auto& [status, body] : std::initializer_list<std::tuple<int, std::string_view>>{
           {400, R"({"error":"invalid_request","error_description":"rate limit exceeded; wait"})"},
           {400, R"({"error":"invalid_request","description":"Rate limit exceeded"})"},
           {429, R"({"message":"Rate limit exceeded the maximum","code":"too.many.requests"})"},
           {429, ""},
           {429, "<html>"}}) {
    const TokenError error = error_of(status, body);
    EXPECT_EQ(error.kind, TokenErrorKind::kRateLimited) << body;
    EXPECT_EQ(error.status, status);
    EXPECT_EQ(retry_status(error), 429);
  }
  EXPECT_EQ(error_of(400, R"({"error":"invalid_request","error_description":"bad grant"})").kind,
            TokenErrorKind::kRefused);
}

TEST(TokenError, OfAnyOtherStatusIsARefusal) {
  for (const int status : {201, 204, 302, 400, 403, 404, 500, 503}) {
    const TokenError error = error_of(status, answer(kToken));
    EXPECT_EQ(error.kind, TokenErrorKind::kRefused);
    EXPECT_EQ(error.message, "the token endpoint answered " + std::to_string(status));
    EXPECT_EQ(retry_status(error), status);
  }
  EXPECT_EQ(error_of(502, "<html><body>Bad Gateway").message, "the token endpoint answered 502");
}

TEST(TokenError, NeverHoldsASecret) {
  const std::string secret(43, 's');
  for (const std::string& body :
       {R"({"error":")" + secret + "\"}", R"({"error":"x","error_description":")" + secret + "\"}",
        R"({"error":"x","error_description":"secret=)" + secret + ", sorry\"}",
        R"({"message":"token )" + kToken + "\"}", answer(kToken) + 'x', answer(kToken + "\\n"),
        answer(kToken, '"' + kToken + '"'), answer(kToken, "\"bearer\"", '"' + kToken + '"'),
        "{\"" + kToken + "\":1,\"" + kToken + "\":2,", kToken, secret}) {
    for (const int status : {200, 400, 500}) {
      const std::string message = error_of(status, body).message;
      EXPECT_EQ(message.find("sssss"), std::string::npos) << message;
      EXPECT_EQ(message.find("ttttt"), std::string::npos) << message;
    }
  }
  EXPECT_EQ(
      error_of(400, R"({"error":"access_denied","error_description":"a\r\nb )" + secret + "\"}")
          .message,
      "the token endpoint answered 400 access_denied (a b [...])");
}

TEST(TokenRenewal, ComesAMinuteOrAFifthBefore) {
  EXPECT_EQ(renew_after(86'400s), 86'340s);
  EXPECT_EQ(renew_after(301s), 241s);
  EXPECT_EQ(renew_after(300s), 240s);
  EXPECT_EQ(renew_after(299s), 239'200ms);
  EXPECT_EQ(renew_after(10s), 8s);
  EXPECT_EQ(renew_after(1s), 800ms);
}

}  // namespace
}  // namespace dataaction
