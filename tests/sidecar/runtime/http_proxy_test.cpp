#include "tests/sidecar/runtime/http_fixture.h"
#include "tests/sidecar/scratch.h"

namespace dataaction {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Connection = HttpTestServer::Connection;

class HttpProxyTest : public HttpTest {
 protected:
  ~HttpProxyTest() override {
    for (const char* name : {"http_proxy", "https_proxy", "no_proxy"}) ::unsetenv(name);
  }
};

TEST_F(HttpProxyTest, IsTheEnvironments) {
  HttpTestServer proxy(always(http_answer("by proxy")));
  ::setenv("http_proxy", proxy.url().c_str(), 1);
  EXPECT_EQ(text_of(get("http://platform.invalid/path")), "200 by proxy");
  EXPECT_THAT(proxy.requests().at(0), StartsWith("GET http://platform.invalid/path HTTP/1.1\r\n"));
}

TEST_F(HttpProxyTest, IsNotForWhatNoProxyNames) {
  HttpTestServer proxy(always(http_answer("by proxy")));
  HttpTestServer server(always(http_answer("direct")));
  ::setenv("http_proxy", proxy.url().c_str(), 1);
  ::setenv("no_proxy", "example.com,127.0.0.1", 1);
  EXPECT_EQ(text_of(get(server.url())), "200 direct");
  EXPECT_EQ(proxy.connections(), 0U);
}

TEST_F(HttpProxyTest, IsNotForADirectRequest) {
  HttpTestServer proxy(always(http_answer("by proxy")));
  HttpTestServer server(always(http_answer("direct")));
  ::setenv("http_proxy", proxy.url().c_str(), 1);
  HttpRequest request = request_for(server.url());
  request.direct = true;
  EXPECT_EQ(text_of(run(fetch(*client, request))), "200 direct");
  EXPECT_EQ(proxy.connections(), 0U);
}

TEST_F(HttpProxyTest, SeesNoHeaderOfARequestOverTls) {
  HttpTestServer proxy(always("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"));
  ::setenv("https_proxy", proxy.url().c_str(), 1);
  HttpRequest request = request_for("https://platform.invalid/path");
  request.headers.add("Authorization", "Bearer secret");
  EXPECT_EQ(text_of(run(fetch(*client, request))), "connect");
  EXPECT_THAT(proxy.requests().at(0), StartsWith("CONNECT platform.invalid:443 HTTP/1.1\r\n"));
  EXPECT_THAT(proxy.requests().at(0), Not(HasSubstr("secret")));
  EXPECT_THAT(proxy.requests().at(0), HasSubstr("\r\nUser-Agent: test/1\r\n"));
}

TEST_F(HttpProxyTest, LetsTlsThrough) {
  const TestAuthority authority;
  const Scratch scratch;
  // Says yes to CONNECT, and then speaks as the server would.
  TlsContext tls = authority.server("DNS:platform.invalid");
  HttpTestServer proxy([&](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 Connected\r\nX-Proxy: 1\r\n\r\n");
    if (!connection.start_tls(tls.get())) return;
    always(http_answer("through"))(connection);
  });
  ::setenv("https_proxy", proxy.url().c_str(), 1);
  HttpRequest request = request_for("https://platform.invalid/path");
  request.ca_file = scratch.write("ca.pem", authority.certificate_pem());
  const auto reply = run(fetch(*client, request));
  ASSERT_EQ(text_of(reply), "200 through");
  EXPECT_EQ(reply->head.headers.find("X-Proxy"), std::nullopt);
}

TEST_F(HttpProxyTest, ThatIsNotThereIsAFailureWithoutItsPassword) {
  ::setenv("http_proxy", "http://user:word@no-such-proxy.invalid:3128", 1);
  const auto no_name = get("http://platform.invalid/");
  EXPECT_EQ(text_of(no_name), "name");
  EXPECT_THAT(detail_of(no_name), Not(HasSubstr("word")));
  ::setenv("http_proxy", "nonsense://user:word@127.0.0.1:3128", 1);
  const auto no_scheme = get("http://platform.invalid/");
  EXPECT_FALSE(no_scheme.has_value());
  EXPECT_THAT(detail_of(no_scheme), Not(HasSubstr("word")));
}

}  // namespace
}  // namespace dataaction
