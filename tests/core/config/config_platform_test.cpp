#include <gtest/gtest.h>

#include <string>

#include "tests/core/config/config_mistakes.h"

namespace dataaction {
namespace {

using std::chrono::milliseconds;

constexpr const char* kCredentials = " client_id i; client_secret_file s; ";

// `lines` stand at line 2, beside what every platform needs.
PlatformConfig platform_of(const std::string& lines) {
  Config config = config_of("platform p { " + lines + kCredentials + "}");
  return config.platforms.empty() ? PlatformConfig() : std::move(config.platforms[0]);
}

const std::string& path_of(const PlatformConfig& platform, Route route) {
  return platform.paths[static_cast<size_t>(route)];
}

TEST(Platform, HasDefaults) {
  const PlatformConfig platform = platform_of("region eu-west-1;");
  EXPECT_EQ(platform.name, "p");
  EXPECT_EQ(platform.dialect, Dialect::kGenesys);
  EXPECT_EQ(platform.login_url, "https://login.mypurecloud.ie");
  EXPECT_EQ(platform.api_url, "https://api.mypurecloud.ie");
  EXPECT_EQ(platform.streaming_url, "https://streaming.mypurecloud.ie");
  EXPECT_EQ(platform.client_id, "i");
  EXPECT_EQ(platform.client_secret_file, "s");
  EXPECT_EQ(platform.auth, ClientAuth::kBasic);
  EXPECT_EQ(platform.scope, "");
  EXPECT_EQ(platform.ca_file, "");
  EXPECT_EQ(path_of(platform, Route::kToken), "/oauth/token");
  EXPECT_EQ(path_of(platform, Route::kSearch), "/api/v2/analytics/conversations/details/query");
  EXPECT_EQ(path_of(platform, Route::kJobs), "/api/v2/analytics/conversations/details/jobs");
  EXPECT_EQ(path_of(platform, Route::kExecute), "/api/v2/integrations/actions/{id}/execute");
  EXPECT_EQ(platform.rate, 300u);
  EXPECT_EQ(platform.concurrency, 64u);
  EXPECT_EQ(platform.max_attempts, 5u);
  EXPECT_EQ(platform.max_wait, milliseconds(60'000));
  EXPECT_EQ(platform.request_timeout, milliseconds(120'000));
  EXPECT_EQ(platform.breaker_failures, 5u);
  EXPECT_EQ(platform.breaker_time, milliseconds(30'000));
  EXPECT_EQ(platform.connect_timeout, milliseconds(10'000));
  EXPECT_EQ(platform.read_timeout, milliseconds(20'000));
  EXPECT_EQ(platform.max_response_size, 16u << 20);
  EXPECT_EQ(platform.at, (Position{kMainFile, 2}));
}

TEST(Platform, TakesEveryDirectiveInAnyOrder) {
  const Config config = config_of(R"(platform main {
      max_response_size 64k; read_timeout 2s; connect_timeout 500ms;
      breaker time=1m failures=7;
      retry timeout=1h max_wait=2m attempts=9;
      rate 180; concurrency 12;
      path execute /call; path token /api/v2/oauth/token;
      path search /find;
      ca_file ca.pem;
      scope api:read dataactions:execute;
      auth body;
      client_secret_file main.secret;
      client_id 9f0c-1;
      streaming_url http://127.0.0.1:3; api_url http://[::1]:2/; login_url https://Login.example/a/;
      dialect tutorial;
    })");
  const PlatformConfig* platform = config.find_platform("main");
  ASSERT_TRUE(platform);
  EXPECT_EQ(platform->dialect, Dialect::kTutorial);
  EXPECT_EQ(platform->login_url, "https://login.example/a");
  EXPECT_EQ(platform->api_url, "http://[::1]:2");
  EXPECT_EQ(platform->streaming_url, "http://127.0.0.1:3");
  EXPECT_EQ(platform->client_id, "9f0c-1");
  EXPECT_EQ(platform->client_secret_file, "main.secret");
  EXPECT_EQ(platform->client_secret_file_at, (Position{kMainFile, 12}));
  EXPECT_EQ(platform->auth, ClientAuth::kBody);
  EXPECT_EQ(platform->scope, "api:read dataactions:execute");
  EXPECT_EQ(platform->ca_file, "ca.pem");
  EXPECT_EQ(platform->ca_file_at, (Position{kMainFile, 9}));
  EXPECT_EQ(path_of(*platform, Route::kToken), "/api/v2/oauth/token");
  EXPECT_EQ(path_of(*platform, Route::kSearch), "/find");
  EXPECT_EQ(path_of(*platform, Route::kJobs), "");
  EXPECT_EQ(path_of(*platform, Route::kExecute), "/call");
  EXPECT_EQ(platform->rate, 180u);
  EXPECT_EQ(platform->concurrency, 12u);
  EXPECT_EQ(platform->max_attempts, 9u);
  EXPECT_EQ(platform->max_wait, milliseconds(120'000));
  EXPECT_EQ(platform->request_timeout, milliseconds(3'600'000));
  EXPECT_EQ(platform->breaker_failures, 7u);
  EXPECT_EQ(platform->breaker_time, milliseconds(60'000));
  EXPECT_EQ(platform->connect_timeout, milliseconds(500));
  EXPECT_EQ(platform->read_timeout, milliseconds(2000));
  EXPECT_EQ(platform->max_response_size, 64u << 10);
}

TEST(Platform, OfTheTutorialHasItsPaths) {
  const PlatformConfig platform = platform_of("dialect tutorial; region mypurecloud.com;");
  EXPECT_EQ(path_of(platform, Route::kToken), "/oauth/token");
  EXPECT_EQ(path_of(platform, Route::kSearch), "/api/v2/search");
  EXPECT_EQ(path_of(platform, Route::kJobs), "");
  EXPECT_EQ(path_of(platform, Route::kExecute), "/api/v2/dataactions/{id}/execute");
  EXPECT_EQ(platform.api_url, "https://api.mypurecloud.com");
}

TEST(Platform, NeedsOneAddressOnly) {
  const PlatformConfig platform = platform_of("api_url https://gateway.example/genesys;");
  EXPECT_EQ(platform.login_url, "https://gateway.example/genesys");
  EXPECT_EQ(platform.api_url, "https://gateway.example/genesys");
  EXPECT_EQ(platform.streaming_url, "https://gateway.example/genesys");
}

TEST(Platform, SharesItsNameWithOtherThings) {
  const Config config = config_of(
      "platform x { region us-east-1; client_id i; client_secret_file s; }\n"
      "platform y { region us-east-1; client_id i; client_secret_file s; }\n"
      "database x sqlite:/x; source x { synthetic nested; }");
  ASSERT_EQ(config.platforms.size(), 2u);
  EXPECT_EQ(config.find_platform("y"), &config.platforms[1]);
  EXPECT_FALSE(config.find_platform("z"));
}

class PlatformMessage : public testing::TestWithParam<Mistake> {};

// Beside what every platform needs.
TEST_P(PlatformMessage, IsExact) {
  EXPECT_EQ(in_block("platform p { region us-east-1; " + std::string(GetParam().text) +
                     " client_id i; client_secret_file s; }"),
            std::string(GetParam().message) + " in /c/main.conf:2");
}

INSTANTIATE_TEST_SUITE_P(
    Table, PlatformMessage,
    testing::Values(Mistake{"log stderr;", "\"log\" directive is not allowed here"},
                    Mistake{"interval a;", "\"interval\" directive is not allowed here"},
                    Mistake{"colour red;", "unknown directive \"colour\""},
                    Mistake{"source a { }", "\"source\" directive is not allowed here"},
                    Mistake{"scope;", "invalid number of arguments in \"scope\" directive"},
                    Mistake{"path token;", "invalid number of arguments in \"path\" directive"},
                    Mistake{"rate 1; rate 1;", "\"rate\" directive is duplicate"},
                    Mistake{"path token /a; path token /b;",
                            "duplicate route \"token\" in \"path\" directive"}));

INSTANTIATE_TEST_SUITE_P(
    Value, PlatformMessage,
    testing::Values(
        Mistake{"dialect klingon;",
                "invalid value \"klingon\" in \"dialect\" directive, "
                "it must be \"genesys\" or \"tutorial\""},
        Mistake{"auth header;",
                "invalid value \"header\" in \"auth\" directive, it must be \"basic\" or "
                "\"body\""},
        Mistake{"ca_file '';", "invalid value \"\" in \"ca_file\" directive"},
        Mistake{"scope 'a b';",
                "invalid value \"a b\" in \"scope\" directive, "
                "it must be visible ASCII characters without quote and backslash"},
        Mistake{"scope a '';",
                "invalid value \"\" in \"scope\" directive, "
                "it must be visible ASCII characters without quote and backslash"},
        Mistake{"rate 0;",
                "invalid value \"0\" in \"rate\" directive, it must be between 1 and 1000000"},
        Mistake{"concurrency 0;",
                "invalid value \"0\" in \"concurrency\" directive, it must be between 1 and 1024"},
        Mistake{"rate 5/s;",
                "invalid value \"5/s\" in \"rate\" directive, it must be a number, between 1 and "
                "1000000"},
        Mistake{"retry 5;", "invalid parameter \"5\""},
        Mistake{"retry attempts=0;",
                "invalid parameter \"attempts=0\", it must be between 1 and 100"},
        Mistake{"retry max_wait=0;",
                "invalid parameter \"max_wait=0\", it must be between 1ms and 1d"},
        Mistake{"retry timeout=25h;",
                "invalid parameter \"timeout=25h\", it must be between 1ms and 1d"},
        Mistake{"retry attempts=1 attempts=2;", "duplicate parameter \"attempts=2\""},
        Mistake{"breaker failures=0;",
                "invalid parameter \"failures=0\", it must be between 1 and 1000"},
        Mistake{"breaker time=x;",
                "invalid parameter \"time=x\", it must be a time, between 1ms and 1d"},
        Mistake{"breaker attempts=1;", "invalid parameter \"attempts=1\""},
        Mistake{"connect_timeout 0;",
                "invalid value \"0\" in \"connect_timeout\" directive, "
                "it must be between 1ms and 1h"},
        Mistake{"read_timeout 2h;",
                "invalid value \"2h\" in \"read_timeout\" directive, "
                "it must be between 1ms and 1h"},
        Mistake{"max_response_size 1;",
                "invalid value \"1\" in \"max_response_size\" directive, "
                "it must be between 1k and 1g"}));

INSTANTIATE_TEST_SUITE_P(
    Path, PlatformMessage,
    testing::Values(
        Mistake{
            "path media /a;",
            "invalid value \"media\" in \"path\" directive, "
            "it must be \"token\", \"search\", \"jobs\", \"execute\", \"actions\" or \"ipranges\""},
        Mistake{"path token oauth;",
                "invalid value \"oauth\" in \"path\" directive, "
                "it must be a path that starts with \"/\", without a query"},
        Mistake{"path token /a?b;",
                "invalid value \"/a?b\" in \"path\" directive, "
                "it must be a path that starts with \"/\", without a query"},
        Mistake{"path token '/a b';",
                "invalid value \"/a b\" in \"path\" directive, "
                "it must be a path that starts with \"/\", without a query"},
        Mistake{"path token '/{id}';",
                "invalid value \"/{id}\" in \"path\" directive, "
                "it must be a path that starts with \"/\", without a query"},
        Mistake{"path execute '/{id}/{id}';",
                "invalid value \"/{id}/{id}\" in \"path\" directive, "
                "it must be a path that starts with \"/\", without a query"},
        Mistake{"path execute /a;",
                "invalid value \"/a\" in \"path\" directive, "
                "it must be a path with \"{id}\" in dialect \"genesys\""},
        Mistake{"path jobs /a; dialect tutorial;",
                "invalid value \"jobs\" in \"path\" directive, "
                "it must be \"token\", \"search\", \"execute\", \"actions\" or \"ipranges\" in "
                "dialect \"tutorial\""}));

class PlatformBlockMessage : public testing::TestWithParam<Mistake> {};

TEST_P(PlatformBlockMessage, IsExact) {
  EXPECT_EQ(in_block(GetParam().text), std::string(GetParam().message) + " in /c/main.conf:2");
}

INSTANTIATE_TEST_SUITE_P(
    Block, PlatformBlockMessage,
    testing::Values(
        Mistake{"platform p;", "directive \"platform\" has no opening \"{\""},
        Mistake{"platform { }", "invalid number of arguments in \"platform\" directive"},
        Mistake{"platform a/b { }",
                "invalid platform name \"a/b\", "
                "it must be 1 to 64 letters, digits, \"_\", \".\" or \"-\""},
        Mistake{"platform p { }", "platform \"p\" has no \"region\" or \"api_url\" directive"},
        Mistake{"platform p { login_url https://a; }",
                "platform \"p\" has no \"region\" or \"api_url\" directive"},
        Mistake{"platform p { region us-east-1; client_secret_file s; }",
                "platform \"p\" has no \"client_id\" directive"},
        Mistake{"platform p { region us-east-1; client_id i; }",
                "platform \"p\" has no \"client_secret_file\" directive"},
        Mistake{"platform p { client_id a:b; }",
                "invalid value \"a:b\" in \"client_id\" directive, "
                "it must be 1 to 256 visible ASCII characters without \":\""},
        Mistake{"platform p { client_secret_file ''; }",
                "invalid value \"\" in \"client_secret_file\" directive"},
        Mistake{"platform p { region eu-west-9; }",
                "unknown region \"eu-west-9\" in \"region\" directive, it must be one of Genesys "
                "Cloud's, as in \"eu-west-1\" or \"mypurecloud.ie\""}));

TEST(PlatformPosition, IsTheDirectivesOwn) {
  EXPECT_EQ(in_block("platform p {\n region us-east-1;\n api_url https://a; }"),
            "\"api_url\" directive conflicts with \"region\" at /c/main.conf:3 in /c/main.conf:4");
  EXPECT_EQ(in_block("platform p {\n login_url https://a;\n api_url https://a;\n region x; }"),
            "\"region\" directive conflicts with \"login_url\" at /c/main.conf:3 "
            "in /c/main.conf:5");
  EXPECT_EQ(in_block("platform p {\n dialect tutorial;\n path jobs /a;\n" +
                     std::string("region us-east-1; client_id i; client_secret_file s; }")),
            "invalid value \"jobs\" in \"path\" directive, it must be \"token\", \"search\", "
            "\"execute\", \"actions\" or \"ipranges\" in dialect \"tutorial\" in /c/main.conf:4");
  const std::string platform =
      "platform p { region us-east-1; client_id i; client_secret_file s; }\n";
  EXPECT_EQ(in_block(platform + platform),
            "duplicate platform \"p\", first seen at /c/main.conf:2 in /c/main.conf:3");
}

// There may be a password in it.
TEST(PlatformUrl, IsNotRepeated) {
  for (const char* name : {"login_url", "api_url", "streaming_url"}) {
    for (const char* url : {"https://me:hunter2@a", "http://hunter2.example", "hunter2"}) {
      const std::string message = in_block("platform p { " + std::string(name) + " " + url + "; }");
      EXPECT_TRUE(message.starts_with("invalid URL in \"" + std::string(name) +
                                      "\" directive, it must be "))
          << message;
      EXPECT_FALSE(message.contains("hunter2")) << message;
    }
  }
}

}  // namespace
}  // namespace dataaction
