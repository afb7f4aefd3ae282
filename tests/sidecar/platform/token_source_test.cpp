#include "sidecar/platform/token_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/sidecar/platform/platform_fixture.h"

namespace dataaction {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class TokenSourceTest : public PlatformTest {
 protected:
  std::string authorization(size_t index) const {
    return std::string(http.asked.at(index).request.headers.find("Authorization").value_or(""));
  }
};

TEST_F(TokenSourceTest, IsAskedForOnceAndKept) {
  make();
  EXPECT_TRUE(call(search()));
  EXPECT_TRUE(call(search()));
  ASSERT_EQ(http.asked.size(), 3U);
  const HttpRequest& token = http.asked[0].request;
  EXPECT_EQ(token.url, "https://login.example.com/oauth/token");
  EXPECT_EQ(token.method, "POST");
  EXPECT_EQ(token.body, "grant_type=client_credentials");
  EXPECT_EQ(token.headers.find("Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(authorization(0), "Basic Y2xpZW50OnMzY3JldA==");
  EXPECT_EQ(authorization(1), "Bearer t1");
  EXPECT_EQ(authorization(2), "Bearer t1");
}

TEST_F(TokenSourceTest, CredentialsInTheBodyWithScope) {
  config.auth = ClientAuth::kBody;
  config.scope = "search:query";
  make();
  EXPECT_TRUE(call(search()));
  EXPECT_EQ(http.asked[0].request.body,
            "grant_type=client_credentials&client_id=client&client_secret=s3cret"
            "&scope=search%3Aquery");
  EXPECT_EQ(authorization(0), "");
}

TEST_F(TokenSourceTest, AThousandWaitersAskOnce) {
  config.rate = 1'000'000;
  make();
  TaskGroup group(scope, 1000);
  std::vector<std::optional<PlatformReply>> replies(1000);
  const ApiRequest request = search();
  for (auto& reply : replies) ASSERT_TRUE(group.spawn(store(request, reply)));
  pass_time(group);
  EXPECT_EQ(token_requests, 1);
  EXPECT_TRUE(std::ranges::all_of(replies, [](const auto& reply) { return reply->has_value(); }));
}

TEST_F(TokenSourceTest, AThousandWaitersShareAFailure) {
  make();
  token = [](const HttpRequest&) {
    return make_reply(400, R"({"error":"invalid_client","description":"client not found"})");
  };
  TaskGroup group(scope, 100);
  std::vector<std::optional<PlatformReply>> replies(100);
  const ApiRequest request = search();
  for (auto& reply : replies) ASSERT_TRUE(group.spawn(store(request, reply)));
  pass_time(group);
  EXPECT_EQ(token_requests, 1);
  for (const auto& reply : replies) {
    ASSERT_FALSE(*reply);
    EXPECT_EQ(reply->error().fault, PlatformFault::kCredentials);
    EXPECT_THAT(reply->error().message, HasSubstr("invalid_client"));
  }
  EXPECT_THAT(log_text(), HasSubstr("the client is not accepted"));
  EXPECT_THAT(log_text(), Not(HasSubstr("s3cret")));
}

TEST_F(TokenSourceTest, WhoFetchesMayBeCancelled) {
  make();
  std::optional<PlatformReply> first;
  std::optional<PlatformReply> second;
  const ApiRequest request = search();
  CancelScope doomed(scope);
  token = [&](const HttpRequest&) {
    if (token_requests == 1) {
      doomed.cancel(CancelReason::kHangup);
      http.latency = 1s;
    }
    return make_reply(200, token_json());
  };
  const auto in_doomed = [](PlatformTest&, Task<> task, CancelScope& in) -> Task<> {
    co_await std::move(task).in(in);
  };
  run_through(in_doomed(*this, store(request, first), doomed), store(request, second));
  EXPECT_EQ(first->error().fault, PlatformFault::kCancelled);
  EXPECT_TRUE(second->has_value());
  EXPECT_EQ(token_requests, 2);
}

TEST_F(TokenSourceTest, IsRenewedBeforeItExpires) {
  make();
  EXPECT_TRUE(call(search()));
  clock.advance(std::chrono::seconds(3539));
  EXPECT_TRUE(call(search()));
  EXPECT_EQ(token_requests, 1);
  clock.advance(std::chrono::seconds(1));
  EXPECT_TRUE(call(search()));
  EXPECT_EQ(token_requests, 2);
  EXPECT_EQ(authorization(4), "Bearer t2");
}

TEST_F(TokenSourceTest, AShortLifeLosesAFifth) {
  token = [this](const HttpRequest&) { return make_reply(200, token_json(100)); };
  make();
  EXPECT_TRUE(call(search()));
  clock.advance(std::chrono::seconds(79));
  EXPECT_TRUE(call(search()));
  EXPECT_EQ(token_requests, 1);
  clock.advance(std::chrono::seconds(1));
  EXPECT_TRUE(call(search()));
  EXPECT_EQ(token_requests, 2);
}

TEST_F(TokenSourceTest, AnOldTokenServesWhileItCannotBeRenewed) {
  config.max_attempts = 1;
  make();
  EXPECT_TRUE(call(search()));
  token = [](const HttpRequest&) { return make_reply(500, ""); };
  clock.advance(std::chrono::seconds(3550));
  EXPECT_TRUE(call(search()));
  EXPECT_EQ(authorization(3), "Bearer t1");
  clock.advance(std::chrono::seconds(60));
  EXPECT_FALSE(call(search()));
}

TEST_F(TokenSourceTest, ARefusedRenewalLeavesTheTokenThatIsGood) {
  make();
  EXPECT_TRUE(call(search()));
  token = [](const HttpRequest&) { return make_reply(400, R"({"error":"invalid_client"})"); };
  clock.advance(std::chrono::seconds(3541));
  EXPECT_TRUE(call(search()));
  clock.advance(std::chrono::seconds(15));  // to be renewed again, and refused still
  EXPECT_TRUE(call(search()));
  EXPECT_EQ(token_requests, 2);
  clock.advance(std::chrono::seconds(60));
  EXPECT_FALSE(call(search()));
}

TEST_F(TokenSourceTest, AStalledRenewalHoldsNobodyElse) {
  make();
  EXPECT_TRUE(call(search()));
  token = [this](const HttpRequest&) {
    http.latency = std::chrono::seconds(30);
    return make_reply(200, token_json());
  };
  clock.advance(std::chrono::seconds(3541));
  std::optional<PlatformReply> first;
  std::optional<PlatformReply> second;
  const ApiRequest request = search();
  run_through(store(request, first), store(request, second));
  EXPECT_TRUE(*first);
  EXPECT_TRUE(*second);
  ASSERT_EQ(http.asked.size(), 5U);
  // The one who renews it reads the secret first: the other is on its way before.
  EXPECT_EQ(authorization(2), "Bearer t1");
  EXPECT_EQ(authorization(4), "Bearer t2");
  EXPECT_GE(http.asked[4].at - http.asked[2].at, std::chrono::seconds(30));
}

TEST_F(TokenSourceTest, A401ReplacesItOnce) {
  make();
  api = [](const HttpRequest& request) {
    return request.headers.find("Authorization") == "Bearer t1" ? make_reply(401, "{}")
                                                                : make_reply(200, "{}");
  };
  EXPECT_TRUE(call(search()));
  EXPECT_EQ(token_requests, 2);
  EXPECT_THAT(waits, IsEmpty());
}

TEST_F(TokenSourceTest, A401ForEverIsAnError) {
  make();
  api = [](const HttpRequest&) {
    return make_reply(401, R"({"message":"No.","code":"bad.credentials","status":401})");
  };
  const PlatformReply reply = call(search());
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().fault, PlatformFault::kCredentials);
  EXPECT_THAT(reply.error().message, HasSubstr("bad.credentials"));
  EXPECT_EQ(token_requests, 2);
  EXPECT_EQ(platform->counters().unauthorized, 2U);
}

TEST_F(TokenSourceTest, ARateLimitInDisguiseIsWaitedFor) {
  make();
  token = [this](const HttpRequest&) {
    return token_requests < 3 ? make_reply(400, R"({"error":"invalid_request","error_description":)"
                                                R"("rate limit exceeded; try later"})")
                              : make_reply(200, token_json());
  };
  EXPECT_TRUE(call(search()));
  EXPECT_EQ(token_requests, 3);
  // Full jitter of 500 ms; then a second, because two came in a row.
  EXPECT_THAT(waits, ElementsAre(Clock::Duration(250), Clock::Duration(1000)));
}

TEST_F(TokenSourceTest, TheSecretMayBeRotated) {
  make();
  EXPECT_TRUE(call(search()));
  std::ofstream(config.client_secret_file) << "other";
  clock.advance(std::chrono::hours(1));
  EXPECT_TRUE(call(search()));
  EXPECT_EQ(authorization(2), "Basic Y2xpZW50Om90aGVy");
}

TEST_F(TokenSourceTest, ASecretThatIsGoneIsSaid) {
  std::filesystem::remove(config.client_secret_file);
  make();
  const PlatformReply reply = call(search());
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().fault, PlatformFault::kCredentials);
  EXPECT_THAT(reply.error().message, HasSubstr(config.client_secret_file));
  EXPECT_THAT(http.asked, IsEmpty());
}

TEST_F(TokenSourceTest, NonsenseIsNoToken) {
  for (const std::string body :
       {R"({"error":"invalid_request"})", "<html>", "", R"({"access_token":)",
        R"({"access_token":"a b","token_type":"bearer","expires_in":1})"}) {
    make();
    token = [&](const HttpRequest&) { return make_reply(200, body); };
    const PlatformReply reply = call(search());
    ASSERT_FALSE(reply) << body;
    EXPECT_EQ(reply.error().fault, PlatformFault::kMalformed) << body;
  }
}

}  // namespace
}  // namespace dataaction
