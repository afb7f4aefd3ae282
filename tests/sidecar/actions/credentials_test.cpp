// What only the sidecar knows, and sends to the API.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sidecar/actions/action_fixture.h"

namespace dataaction {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class CredentialsTest : public ActionTest {
 protected:
  std::string secret(const std::string& name, const std::string& text,
                     std::filesystem::perms mode = std::filesystem::perms(0600)) const {
    const std::string path = scratch.write(name, text);
    std::filesystem::permissions(path, mode);
    return path;
  }

  void make_with_oauth(const std::string& lines = {}, const char* request = kGet) {
    make(request +
         std::string("breaker failures=1000;"
                     "oauth https://login.example/token client_id=me auth=body"
                     " 'scope=read write' client_secret_file=") +
         secret("client", "s3cret\n") + ";" + lines);
    services->http.answer = [this](const HttpRequest& request) {
      return request.url == "https://login.example/token" ? token(request) : api(request);
    };
  }

  HttpResult<HttpReply> next_token(const HttpRequest& request) {
    EXPECT_THAT(request.body, HasSubstr("client_secret=s3cret"));
    EXPECT_THAT(request.body, HasSubstr("scope=read%20write"));
    return make_reply(200, R"({"access_token":"t)" + std::to_string(++tokens) +
                               R"(","token_type":"bearer","expires_in":3600})");
  }

  // The API's own requests.
  std::vector<std::string> authorizations() const {
    std::vector<std::string> all;
    for (const auto& each : http.asked) {
      if (each.request.url.starts_with("https://login.example")) continue;
      all.emplace_back(each.request.headers.find("Authorization").value_or("none"));
    }
    return all;
  }

  std::string log_text() const {
    std::ifstream in(scratch.path("log"));
    return {std::istreambuf_iterator<char>(in), {}};
  }

  int tokens = 0;
  std::function<HttpResult<HttpReply>(const HttpRequest&)> token =
      [this](const HttpRequest& request) { return next_token(request); };
};

TEST_F(CredentialsTest, AHeaderOfAFile) {
  make(kGet + ("header_file X-Key " + secret("key", "k1\n")) + "; header_file X-Other " +
       secret("other", "k2") + ";");
  EXPECT_EQ(call(), object(1));
  EXPECT_EQ(sent().find("X-Key"), "k1");
  EXPECT_EQ(sent().find("X-Other"), "k2");
}

TEST_F(CredentialsTest, AChangedFileCountsAfterItsTime) {
  make(kGet + ("header_file X-Key " + secret("key", "old")) + ";");
  call();
  secret("key", "new");
  pass(Upstream::kSecretLife - 1ms);
  call();
  EXPECT_EQ(sent().find("X-Key"), "old");
  pass(1ms);
  call();
  EXPECT_EQ(sent().find("X-Key"), "new");
}

TEST_F(CredentialsTest, AUserAndAPassword) {
  make(kGet + ("basic_auth me " + secret("password", "pass:word\n")) + ";");
  call();
  EXPECT_EQ(sent().find("Authorization"), "Basic bWU6cGFzczp3b3Jk");
}

TEST_F(CredentialsTest, WithoutItsSecretNothingIsSent) {
  const std::string path = secret("key", "k", std::filesystem::perms(0644));
  make(kGet + ("header_file X-Key " + path) + ";");
  Caller& caller = ask();
  EXPECT_EQ(finish(caller), "502 dataaction.upstream.credentials");
  EXPECT_EQ(asked(), 0U);
  EXPECT_THAT(caller.got->error().detail, HasSubstr(path));
  EXPECT_THAT(caller.got->error().reply.message, Not(HasSubstr("key")));
  // As soon as it is right it is good.
  secret("key", "k");
  EXPECT_EQ(call(), object(1));
}

TEST_F(CredentialsTest, WhatWasReadIsUsedWhileItCannotBeReadAgain) {
  const std::string path = secret("key", "one\n");
  make(std::string(kGet) + "header_file X-Key " + path + ";");
  call();
  secret("key", "");
  for (int i = 0; i < 3; ++i) {
    pass(Upstream::kSecretLife);
    EXPECT_TRUE(call().starts_with("{\"id\":"));
    EXPECT_EQ(sent().find("X-Key"), "one");
  }
  const std::string log = log_text();
  const size_t told = log.find("cannot be read any more");
  ASSERT_NE(told, std::string::npos);
  EXPECT_EQ(log.find("cannot be read any more", told + 1), std::string::npos);
  secret("key", "two\n");
  pass(Upstream::kSecretLife);
  call();
  EXPECT_EQ(sent().find("X-Key"), "two");
}

// FakeServices has room for 16 jobs of reading.
TEST_F(CredentialsTest, OneReadsForAll) {
  flights.emplace(scope, 100);
  make(std::string(kGet) + "header_file X-Key " + secret("key", "one\n") + ";");
  for (int i = 0; i < 50; ++i) ask();
  settle();
  for (const Caller& caller : callers) EXPECT_TRUE(caller.answer().starts_with("{\"id\":"));
  pass(Upstream::kSecretLife);
  for (int i = 0; i < 50; ++i) ask();
  EXPECT_EQ(services->files->jobs(), 0U);
  settle();
  for (const Caller& caller : callers) EXPECT_TRUE(caller.answer().starts_with("{\"id\":"));
}

TEST_F(CredentialsTest, AndAllHearThatItFailed) {
  make(std::string(kGet) + "header_file X-Key " + secret("key", "") + ";");
  for (int i = 0; i < 50; ++i) ask();
  settle();
  for (const Caller& caller : callers) {
    EXPECT_EQ(caller.answer(), "502 dataaction.upstream.credentials");
  }
}

TEST_F(CredentialsTest, ACertificate) {
  make(std::string(kGet) + "client_certificate /c/client.pem /c/client.key; ca_file /c/ca.pem;");
  call();
  EXPECT_EQ(http.asked[0].request.certificate_file, "/c/client.pem");
  EXPECT_EQ(http.asked[0].request.certificate_key_file, "/c/client.key");
  EXPECT_EQ(http.asked[0].request.ca_file, "/c/ca.pem");
}

TEST_F(CredentialsTest, OneTokenForAll) {
  make_with_oauth();
  for (int i = 0; i < 10; ++i) ask();
  settle();
  for (const Caller& caller : callers) EXPECT_TRUE(*caller.got);
  call();
  EXPECT_EQ(tokens, 1);
  EXPECT_EQ(authorizations(), std::vector<std::string>(11, "Bearer t1"));
}

TEST_F(CredentialsTest, ATokenIsRenewedInTime) {
  make_with_oauth();
  call();
  pass(3540s);
  call();
  EXPECT_EQ(sent().find("Authorization"), "Bearer t2");
}

TEST_F(CredentialsTest, ATokenThatIsNotAcceptedIsReplacedOnce) {
  make_with_oauth("retry attempts=1;", kPost);
  api = [&](const HttpRequest& request) {
    const bool good = request.headers.find("Authorization") == "Bearer t2";
    return good ? *next_number() : make_reply(401, "");
  };
  EXPECT_TRUE(call().starts_with("{\"id\":"));
  EXPECT_EQ(tokens, 2);
  api = [&](const HttpRequest&) { return make_reply(401, ""); };
  EXPECT_EQ(call(), "401 dataaction.upstream.status");
  EXPECT_EQ(tokens, 3);
}

TEST_F(CredentialsTest, AClientThatIsNotAcceptedIsOurs) {
  make_with_oauth();
  token = [&](const HttpRequest&) { return make_reply(401, R"({"error":"invalid_client"})"); };
  EXPECT_EQ(call(), "502 dataaction.upstream.credentials");
  EXPECT_EQ(authorizations().size(), 0U);
  const std::string log = log_text();
  EXPECT_THAT(log, HasSubstr("action=a"));
  EXPECT_THAT(log, HasSubstr("action a, token: "));
  EXPECT_THAT(log, Not(HasSubstr("platform")));
}

// It was not reached, whatever was sent to get that far.
TEST_F(CredentialsTest, WithoutATokenNothingWasDone) {
  make_with_oauth("idempotency_key '${x}' 1m; retry attempts=1;", kPost);
  token = [&](const HttpRequest&) { return make_reply(500, ""); };
  EXPECT_EQ(call(), "502 dataaction.upstream.unreachable");
  token = [&](const HttpRequest&) -> HttpResult<HttpReply> {
    return std::unexpected(make_failure(HttpError::kBroken, true));
  };
  EXPECT_EQ(call(), "502 dataaction.upstream.unreachable");
  token = [&](const HttpRequest& request) { return next_token(request); };
  EXPECT_TRUE(call().starts_with("{\"id\":"));
  EXPECT_EQ(authorizations().size(), 1U);
}

TEST_F(CredentialsTest, NothingSecretIsLogged) {
  make_with_oauth();
  token = [&](const HttpRequest&) {
    return make_reply(400, R"({"error":"invalid_request","error_description":"s3cret"})");
  };
  Caller& caller = ask();
  finish(caller);
  EXPECT_THAT(log_text(), Not(HasSubstr("client_secret")));
  EXPECT_THAT(caller.got->error().reply.message, Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace dataaction
