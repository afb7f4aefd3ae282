#include "tests/sidecar/runtime/http_fixture.h"
#include "tests/sidecar/scratch.h"

namespace dataaction {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class HttpTlsTest : public HttpTest {
 protected:
  HttpRequest trusting(const std::string& url) const {
    HttpRequest request = request_for(url);
    request.ca_file = ca_file;
    return request;
  }

  TestAuthority authority;
  Scratch scratch;
  std::string ca_file = scratch.write("ca.pem", authority.certificate_pem());
};

TEST_F(HttpTlsTest, APrivateCaIsGoodForItsServers) {
  HttpTestServer server(always(http_answer("private")), authority.server("IP:127.0.0.1"));
  EXPECT_EQ(text_of(run(fetch(*client, trusting(server.url())))), "200 private");
  EXPECT_EQ(text_of(run(fetch(*client, trusting(server.url())))), "200 private");
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(HttpTlsTest, ACaThatNobodyKnowsIsNot) {
  HttpTestServer server(always(http_answer("")), authority.server("IP:127.0.0.1"));
  const auto reply = get(server.url());
  EXPECT_EQ(text_of(reply), "certificate");
  EXPECT_THAT(detail_of(reply), HasSubstr("certificate"));
  EXPECT_EQ(server.request_count(), 0U);
}

// One that trusts less does not get a connection that was made by one that trusts more.
TEST_F(HttpTlsTest, AConnectionIsKeptForThoseWhoTrustTheSame) {
  HttpTestServer server(always(http_answer("private")), authority.server("IP:127.0.0.1"));
  EXPECT_EQ(text_of(run(fetch(*client, trusting(server.url())))), "200 private");
  EXPECT_EQ(text_of(get(server.url())), "certificate");
}

TEST_F(HttpTlsTest, ACertificateForAnotherHostIsNotGood) {
  HttpTestServer server(always(http_answer("")), authority.server("DNS:elsewhere.example"));
  EXPECT_EQ(text_of(run(fetch(*client, trusting(server.url())))), "certificate");
  EXPECT_EQ(server.request_count(), 0U);
}

// libcurl 7.88 does not tell a signature that is wrong from a handshake that failed.
TEST_F(HttpTlsTest, ACaOfTheSameNameIsAnotherOne) {
  const TestAuthority other;
  HttpTestServer server(always(http_answer("")), other.server("IP:127.0.0.1"));
  EXPECT_EQ(text_of(run(fetch(*client, trusting(server.url())))), "tls");
}

TEST_F(HttpTlsTest, ACaFileThatIsMissingOrNotOneIsAFailure) {
  HttpTestServer server(always(http_answer("")), authority.server("IP:127.0.0.1"));
  HttpRequest request = request_for(server.url());
  for (const std::string& file : {scratch.path("none"), scratch.write("bad", "not PEM")}) {
    request.ca_file = file;
    EXPECT_EQ(text_of(run(fetch(*client, request))), "certificate");
  }
}

TEST_F(HttpTlsTest, Tls11IsTooOld) {
  TlsContext old = authority.server("IP:127.0.0.1");
  SSL_CTX_set_security_level(old.get(), 0);
  SSL_CTX_set_min_proto_version(old.get(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(old.get(), TLS1_1_VERSION);
  HttpTestServer server(always(http_answer("")), std::move(old));
  EXPECT_EQ(text_of(run(fetch(*client, trusting(server.url())))), "tls");
}

TEST_F(HttpTlsTest, APlainServerIsNone) {
  HttpTestServer server([](HttpTestServer::Connection& connection) {
    connection.send("220 hello\r\n");
    connection.wait_for_close();
  });
  EXPECT_EQ(text_of(get("https://127.0.0.1:" + std::to_string(server.port()))), "tls");
}

// A connection that ends without TLS's close_notify may have been cut by anybody.
TEST_F(HttpTlsTest, ABodyThatEndsWithTheConnectionNeedsACloseNotify) {
  const auto script = [](bool notify) {
    return [notify](HttpTestServer::Connection& connection) {
      connection.read_request();
      connection.send("HTTP/1.1 200 OK\r\n\r\nall?");
      if (notify) connection.close_notify();
    };
  };
  HttpTestServer good(script(true), authority.server("IP:127.0.0.1"));
  EXPECT_EQ(text_of(run(fetch(*client, trusting(good.url())))), "200 all?");
  HttpTestServer cut(script(false), authority.server("IP:127.0.0.1"));
  EXPECT_EQ(text_of(run(fetch(*client, trusting(cut.url())))), "broken, sent");
}

TEST_F(HttpTlsTest, ManyTransfersWithoutHttp2HaveConnectionsOfTheirOwn) {
  HttpTestServer server(always(http_answer("one")), authority.server("IP:127.0.0.1"));
  const HttpRequest request = trusting(server.url());
  const auto one = [](HttpClient& client, const HttpRequest& request) -> Task<> {
    EXPECT_EQ(text_of(co_await fetch(client, request)), "200 one");
  };
  TaskGroup group(scope, 20);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(group.spawn(one(*client, request)));
  loop.run();
  EXPECT_EQ(group.size(), 0U);
}

TEST_F(HttpTlsTest, ARedirectDoesNotLeaveTls) {
  HttpTestServer plain(always(http_answer("plain")));
  const std::string answer = http_answer("", "Location: " + plain.url() + "\r\n", "302 Found");
  HttpTestServer server(always(answer), authority.server("IP:127.0.0.1"));
  HttpRequest request = trusting(server.url());
  request.max_redirects = 3;
  EXPECT_EQ(text_of(run(fetch(*client, request))), "protocol, sent");
  EXPECT_EQ(plain.connections(), 0U);
}

TEST_F(HttpTlsTest, ARedirectToTlsIsToAnotherPlace) {
  HttpTestServer server(always(http_answer("safe")), authority.server("IP:127.0.0.1"));
  HttpTestServer plain(always(http_answer("", "Location: " + server.url() + "\r\n", "302 Found")));
  HttpRequest request = trusting(plain.url());
  request.max_redirects = 3;
  request.headers.add("Authorization", "Bearer secret");
  EXPECT_EQ(text_of(run(fetch(*client, request))), "200 safe");
  EXPECT_THAT(server.requests().at(0), Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace dataaction
