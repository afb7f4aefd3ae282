#include "core/platform/platform_error.h"

#include <gtest/gtest.h>

namespace dataaction {
namespace {

TEST(PlatformError, IsThatOfGenesys) {
  EXPECT_EQ(read_platform_error(
                R"({"message":"Rate limit exceeded the maximum. Retry the request in [22] seconds",
              "code":"too.many.requests.retry.after","status":429,"contextId":"2b1f-77","details":[],
              "errors":[{"message":"other","code":"x","contextId":"y"}],
              "limit":{"key":"user.rate.per.minute","namespace":"directory","value":180}})"),
            (PlatformError{"too.many.requests.retry.after",
                           "Rate limit exceeded the maximum. Retry the request in [22] seconds",
                           "2b1f-77"}));
}

TEST(PlatformError, IsThatOfOAuth) {
  EXPECT_EQ(
      read_platform_error(R"({"error":"invalid_client","error_description":"client not found"})"),
      (PlatformError{"invalid_client", "client not found", ""}));
}

TEST(PlatformError, PrefersTheFirstForm) {
  EXPECT_EQ(
      read_platform_error(R"({"error":"e","error_description":"d","message":"m","code":"c"})"),
      (PlatformError{"c", "m", ""}));
}

TEST(PlatformError, MayBeNothing) {
  for (const char* body : {"", "<html>502 Bad Gateway</html>", "[]", "{}", "null", "\"text\"",
                           R"({"message":5,"code":null,"contextId":[]})", "\xFF\xFE"}) {
    EXPECT_EQ(read_platform_error(body), PlatformError()) << body;
  }
}

TEST(PlatformError, MayBeCut) {
  const std::string body = R"({"code":"not.found","message":"no such job","contextId":"id-1"})";
  for (size_t size = 0; size < body.size(); ++size) {
    const PlatformError error = read_platform_error(body.substr(0, size));
    EXPECT_TRUE(error.code.empty() || error.code == "not.found") << size;
    EXPECT_TRUE(error.message.empty() || error.message == "no such job") << size;
  }
  EXPECT_EQ(read_platform_error(body.substr(0, 40)).code, "not.found");
}

TEST(PlatformError, IsFitForALogLine) {
  EXPECT_EQ(read_platform_error(R"({"message":"a\nb\u001b[31m"})").message, "a b [31m");
  EXPECT_EQ(read_platform_error(R"({"code":"two\nlines","contextId":"a b"})"), PlatformError());
  EXPECT_EQ(read_platform_error("{\"code\":\"" + std::string(65, 'c') + "\"}").code, "");
  const std::string secret(43, 's');
  EXPECT_EQ(read_platform_error(R"({"message":"bad key )" + secret + "\"}").message,
            "bad key [...]");
  EXPECT_EQ(read_platform_error(R"({"message":"no 5f3e8d52-9c2b-4a0e-8a52-3f0a1b2c3d4e"})").message,
            "no 5f3e8d52-9c2b-4a0e-8a52-3f0a1b2c3d4e");
  std::string words;
  for (int i = 0; i < 10'000; ++i) words += "word ";
  EXPECT_EQ(read_platform_error(R"({"message":")" + words + "\"}").message.size(), 256u);
}

}  // namespace
}  // namespace dataaction
