// What dataactionctl concludes: from the environment, from an answer, from what doctor was told.

#include <gtest/gtest.h>

#include <map>

#include "sidecar/ctl/action_request.h"
#include "sidecar/ctl/environment_platform.h"
#include "sidecar/ctl/exit_codes.h"
#include "sidecar/ctl/findings.h"
#include "sidecar/ctl/secret_memory.h"
#include "sidecar/ctl/verdict.h"
#include "sidecar/platform/secret_file.h"

namespace dataaction {
namespace {

using Variables = std::map<std::string, const char*>;

auto found(const Variables& variables, const std::string& scope = "") {
  return platform_of(
      [&](const char* name) -> const char* {
        const auto at = variables.find(name);
        return at != variables.end() ? at->second : nullptr;
      },
      scope);
}

TEST(EnvironmentPlatform, TheOfficialNames) {
  Variables names = {{"GENESYSCLOUD_REGION", "mypurecloud.ie"},
                     {"GENESYSCLOUD_OAUTHCLIENT_ID", "id"},
                     {"GENESYSCLOUD_OAUTHCLIENT_SECRET", "s3cret"},
                     {"GENESYS_BASE_URL", "https://other.example.com"}};
  const auto platform = found(names, "search:query");
  ASSERT_TRUE(platform && *platform) << platform.error();
  const PlatformConfig& config = (*platform)->config.platforms.at(0);
  EXPECT_EQ(config.name, kEnvironmentPlatform);
  EXPECT_EQ(config.dialect, Dialect::kGenesys);
  EXPECT_EQ(config.login_url, "https://login.mypurecloud.ie");
  EXPECT_EQ(config.client_id, "id");
  EXPECT_EQ(config.scope, "");
  EXPECT_EQ((*platform)->secret, "s3cret");
  EXPECT_EQ((*platform)->token, "");

  names["GENESYSCLOUD_REGION"] = "https://gateway.example.com/";
  names["GENESYSCLOUD_ACCESS_TOKEN"] = "t0ken";
  const auto given = found(names);
  ASSERT_TRUE(given && *given) << given.error();
  EXPECT_EQ((*given)->config.platforms.at(0).api_url, "https://gateway.example.com");
  EXPECT_EQ((*given)->token, "t0ken");
  EXPECT_EQ((*given)->secret, "");
}

TEST(EnvironmentPlatform, TheTutorialsNames) {
  const auto platform = found({{"GENESYS_BASE_URL", "https://api.mypurecloud.com"},
                               {"GENESYS_CLIENT_ID", "id"},
                               {"GENESYS_CLIENT_SECRET", "s3cret"},
                               {"GENESYSCLOUD_REGION", ""}},
                              " api:read  dataactions:execute ");
  ASSERT_TRUE(platform && *platform) << platform.error();
  const PlatformConfig& config = (*platform)->config.platforms.at(0);
  EXPECT_EQ(config.dialect, Dialect::kTutorial);
  EXPECT_EQ(config.login_url, "https://api.mypurecloud.com");
  EXPECT_EQ(config.scope, "api:read dataactions:execute");
}

TEST(EnvironmentPlatform, TheTutorialsUrlMayBeLeftOut) {
  Variables names = {{"GENESYS_CLIENT_ID", "id"}, {"GENESYS_CLIENT_SECRET", "s3cret"}};
  for (const char* url : {static_cast<const char*>(nullptr), ""}) {
    names["GENESYS_BASE_URL"] = url;
    const auto platform = found(names);
    ASSERT_TRUE(platform && *platform) << platform.error();
    const PlatformConfig& config = (*platform)->config.platforms.at(0);
    EXPECT_EQ(config.dialect, Dialect::kTutorial);
    EXPECT_EQ(config.api_url, "https://api.mypurecloud.com");
    EXPECT_EQ(config.login_url, "https://api.mypurecloud.com");
    EXPECT_EQ((*platform)->secret, "s3cret");
  }
}

TEST(EnvironmentPlatform, NothingAndHalf) {
  EXPECT_EQ(found({})->has_value(), false);
  EXPECT_EQ(found({{"GENESYS_CLIENT_ID", "id"}}).error(),
            "the environment names a platform, but GENESYS_CLIENT_SECRET is not set");
  EXPECT_EQ(found({{"GENESYS_BASE_URL", "https://api.mypurecloud.com"}}).error(),
            "the environment names a platform, but GENESYS_CLIENT_SECRET is not set");
  EXPECT_EQ(found({{"GENESYSCLOUD_OAUTHCLIENT_ID", "id"}}).error(),
            "the environment names a platform, but GENESYSCLOUD_REGION is not set");
  EXPECT_EQ(found({{"GENESYSCLOUD_REGION", "eu-west-1"}}).error(),
            "the environment names a platform, but GENESYSCLOUD_OAUTHCLIENT_SECRET is not set");
  // Messages name the variable and never a value that may be secret.
  const auto error = found({{"GENESYS_BASE_URL", "https://me:s3cret@example.com"},
                            {"GENESYS_CLIENT_ID", "id"},
                            {"GENESYS_CLIENT_SECRET", "s3cret"}})
                         .error();
  EXPECT_TRUE(error.ends_with(" in GENESYS_BASE_URL")) << error;
  EXPECT_FALSE(error.contains("s3cret"));
}

TEST(SecretMemory, IsReadAsAFileIs) {
  const auto memory = SecretMemory::create("s3cret");
  ASSERT_TRUE(memory) << memory.error();
  for (int time = 0; time < 2; ++time) EXPECT_EQ(read_secret(memory->path()), "s3cret");
}

Verdict judged(std::string_view text, const std::optional<std::string>& broken = std::nullopt) {
  JsonStreamChecker checker(false);
  static_cast<void>(checker.add(text));
  return judge(checker, broken);
}

TEST(Verdict, WhatIsMissing) {
  EXPECT_TRUE(judged("[1,2]").complete);
  EXPECT_TRUE(judged("{}").complete);
  EXPECT_EQ(judged(R"({"records":[1],"count":1,"complete":true,"next":"c"})").next, "c");
  EXPECT_EQ(judged("[1,").what, "byte 3: the text ends before its last bracket");
  EXPECT_EQ(judged("[1,", "reset").what,
            "broken off after byte 3: reset; the text ends before its last bracket");
  // All that was to come has come, as far as can be seen: still nobody knows.
  const Verdict whole = judged("[1]", "reset");
  EXPECT_FALSE(whole.complete);
  EXPECT_EQ(whole.what, "broken off after byte 3: reset");
  EXPECT_EQ(judged(R"({"records":[],"complete":false,"reason":"deadline"})").what,
            "it says that it is incomplete: deadline");
  EXPECT_EQ(judged(R"({"records":[1],"count":2,"complete":true})").what,
            "it says that it has 2 records");
}

TEST(ActionRequest, EachDialect) {
  PlatformConfig platform;
  auto& path = platform.paths[static_cast<size_t>(Route::kExecute)];
  path = "/api/v2/integrations/actions/{id}/execute";
  constexpr std::string_view kInput = R"({"a":1,"b\n":{"c":[]}})";
  const ApiRequest real = action_request(platform, "x/../y z", kInput);
  EXPECT_EQ(real.path, "/api/v2/integrations/actions/x%2F..%2Fy%20z/execute");
  EXPECT_EQ(real.body, kInput);
  EXPECT_EQ(real.method, "POST");
  EXPECT_FALSE(real.idempotent);

  platform.dialect = Dialect::kTutorial;
  path = "/api/v2/dataactions/{id}/execute";
  EXPECT_EQ(action_request(platform, "i", kInput).body,
            R"({"inputs":[{"name":"a","value":1},{"name":"b\n","value":{"c":[]}}]})");
  EXPECT_EQ(action_request(platform, "i", "{}").body, R"({"inputs":[]})");
  path = "/api/v2/integrations/actions";
  EXPECT_EQ(action_request(platform, "i\"", "{}").body,
            R"({"integrationId":"i\"","parameters":{}})");
}

TEST(Findings, Clock) {
  using std::chrono::seconds;
  constexpr std::string_view kDate = "Sun, 06 Nov 1994 08:49:37 GMT";
  const seconds then(784'111'777);
  EXPECT_EQ(clock_finding(kDate, then + seconds(30)).state, Finding::State::kOk);
  EXPECT_EQ(clock_finding(kDate, then - seconds(31)).what, "31 s behind the platform's");
  EXPECT_EQ(clock_finding(kDate, then + seconds(31)).what, "31 s ahead of the platform's");
  EXPECT_EQ(clock_finding("nonsense", then).state, Finding::State::kSkipped);
  EXPECT_EQ(clock_finding(std::nullopt, then).state, Finding::State::kSkipped);
}

TEST(Findings, ConnectionTokenAndPermissions) {
  HttpFailure failure;
  failure.error = HttpError::kCertificate;
  failure.detail = "self-signed";
  const Finding found =
      connection_finding("api", "https://x", HttpResult<int>(std::unexpect, failure));
  EXPECT_EQ(text_of(found),
            "WRONG  api          https://x: certificate (self-signed)\n"
            "                    do: install the CA's certificate, or name it with `ca_file`\n");
  EXPECT_EQ(text_of(connection_finding("api", "https://x", 404)),
            "ok     api          https://x: TLS, verified\n");
  EXPECT_EQ(text_of(skipped("token", "why")), "-      token        why\n");

  PlatformFailure refused;
  refused.fault = PlatformFault::kRefused;
  refused.status = 403;
  refused.message = "missing";
  EXPECT_EQ(permission_finding(refused, "this").remedy, "give the client's role this");
  EXPECT_TRUE(token_finding(refused).remedy.starts_with("check client id and secret"));
  refused.fault = PlatformFault::kRateLimited;
  EXPECT_TRUE(token_finding(refused).remedy.starts_with("wait"));
  EXPECT_EQ(token_finding(std::nullopt).state, Finding::State::kOk);
}

TEST(ExitCodes, OfStatuses) {
  EXPECT_EQ(exit_for_status(401), 5);
  for (const int status : {302, 400, 403, 404, 422}) EXPECT_EQ(exit_for_status(status), 6);
  for (const int status : {408, 429, 500, 503}) EXPECT_EQ(exit_for_status(status), 7);
}

}  // namespace
}  // namespace dataaction
