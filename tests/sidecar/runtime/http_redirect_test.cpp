#include "tests/sidecar/runtime/http_fixture.h"

namespace dataaction {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Connection = HttpTestServer::Connection;

class HttpRedirectTest : public HttpTest {
 protected:
  static HttpRequest following(std::string url, unsigned redirects = 3) {
    HttpRequest request = request_for(std::move(url));
    request.max_redirects = redirects;
    request.headers.add("Authorization", "Bearer secret");
    request.headers.add("Cookie", "secret=1");
    request.headers.add("X-Trace", "kept");
    return request;
  }
};

std::string redirect_to(const std::string& url) {
  return http_answer("moved", "Location: " + url + "\r\n", "302 Found");
}

// Answers /old with a redirect to where it is told, everything else with "new".
HttpTestServer::Script moved(std::string location) {
  return [location = std::move(location)](Connection& connection) {
    for (;;) {
      const std::string request = connection.read_request();
      if (request.empty()) return;
      connection.send(request.starts_with("GET /old") ? redirect_to(location) : http_answer("new"));
    }
  };
}

TEST_F(HttpRedirectTest, IsAnAnswerUnlessAskedOtherwise) {
  HttpTestServer server(moved("/new"));
  const auto reply = run(fetch(*client, following(server.url("/old"), 0)));
  ASSERT_EQ(text_of(reply), "302 moved");
  EXPECT_EQ(reply->head.headers.find("Location"), "/new");
  EXPECT_EQ(server.request_count(), 1U);
}

TEST_F(HttpRedirectTest, IsFollowedToTheSamePlaceWithAllHeaders) {
  HttpTestServer server(moved("/new"));
  const auto reply = run(fetch(*client, following(server.url("/old"))));
  ASSERT_EQ(text_of(reply), "200 new");
  EXPECT_EQ(reply->head.url, server.url("/new"));
  EXPECT_EQ(reply->head.headers.find("Location"), std::nullopt);
  EXPECT_THAT(server.requests().at(1), HasSubstr("Authorization: Bearer secret"));
  EXPECT_THAT(server.requests().at(1), HasSubstr("Cookie: secret=1"));
}

TEST_F(HttpRedirectTest, GetsNoSecretsToAnotherPort) {
  HttpTestServer other(always(http_answer("other")));
  HttpTestServer server(moved(other.url()));
  ASSERT_EQ(text_of(run(fetch(*client, following(server.url("/old"))))), "200 other");
  EXPECT_THAT(server.requests().at(0), HasSubstr("secret"));
  EXPECT_THAT(other.requests().at(0), Not(HasSubstr("secret")));
  EXPECT_THAT(other.requests().at(0), HasSubstr("X-Trace: kept"));
}

TEST_F(HttpRedirectTest, GetsNoSecretsToAnotherHost) {
  HttpTestServer server([](Connection& connection) {
    for (;;) {
      const std::string request = connection.read_request();
      if (request.empty()) return;
      const size_t port = request.find("127.0.0.1:") + std::string("127.0.0.1:").size();
      const std::string there =
          "http://localhost:" + request.substr(port, request.find("\r\n", port) - port);
      connection.send(request.starts_with("GET /old") ? redirect_to(there) : http_answer("new"));
    }
  });
  ASSERT_EQ(text_of(run(fetch(*client, following(server.url("/old"))))), "200 new");
  EXPECT_THAT(server.requests().at(1), HasSubstr("Host: localhost"));
  EXPECT_THAT(server.requests().at(1), Not(HasSubstr("secret")));
}

TEST_F(HttpRedirectTest, EndsAtTheLimit) {
  HttpTestServer server(moved("/old"));
  EXPECT_EQ(text_of(run(fetch(*client, following(server.url("/old"), 3)))), "protocol, sent");
  EXPECT_EQ(server.request_count(), 4U);
}

TEST_F(HttpRedirectTest, GoesNowhereButToHttp) {
  for (const char* place : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/"}) {
    HttpTestServer server(moved(place));
    EXPECT_EQ(text_of(run(fetch(*client, following(server.url("/old"))))), "protocol, sent");
  }
}

TEST_F(HttpRedirectTest, IsNotFollowedForAPost) {
  HttpTestServer server(always(redirect_to("/new")));
  HttpRequest post = following(server.url("/old"));
  post.method = "POST";
  EXPECT_EQ(text_of(run(fetch(*client, post))), "302 moved");
  EXPECT_EQ(server.request_count(), 1U);
}

}  // namespace
}  // namespace dataaction
