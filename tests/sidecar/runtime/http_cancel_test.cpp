#include "tests/sidecar/runtime/http_fixture.h"

namespace dataaction {
namespace {

using Connection = HttpTestServer::Connection;

class HttpCancelTest : public HttpTest {
 protected:
  // What a fetch gives that is cancelled when `condition` holds.
  template <typename Condition>
  std::string cancelled_when(const HttpRequest& request, Condition condition) {
    std::string text;
    const auto flow = [&]() -> Task<> {
      CancelScope inner(co_await current_scope());
      TaskGroup group(co_await current_scope(), 1);
      const auto cancel = [](Condition condition, CancelScope& inner) -> Task<> {
        co_await until(condition);
        inner.cancel(CancelReason::kDeadline);
      };
      EXPECT_TRUE(group.spawn(cancel(condition, inner)));
      const auto reply = co_await fetch(*client, request).in(inner);
      text = text_of(reply);
      EXPECT_TRUE(!reply && reply.error().cancelled == Error(CancelReason::kDeadline));
      co_await group.drain();
    };
    run(flow());
    return text;
  }
};

TEST_F(HttpCancelTest, BeforeItBegins) {
  HttpTestServer server(always(http_answer("")));
  EXPECT_EQ(cancelled_when(request_for(server.url()), [] { return true; }), "cancelled");
  EXPECT_EQ(server.request_count(), 0U);
}

// What is cancelled already is not sent, though there is a connection for it.
TEST_F(HttpCancelTest, InAScopeThatIs) {
  HttpTestServer server(always(http_answer("")));
  const HttpRequest request = request_for(server.url());
  const auto flow = [&]() -> Task<> {
    EXPECT_EQ(text_of(co_await fetch(*client, request)), "200 ");
    CancelScope inner(co_await current_scope());
    inner.cancel(CancelReason::kDeadline);
    EXPECT_EQ(text_of(co_await fetch(*client, request).in(inner)), "cancelled");
    EXPECT_EQ(text_of(co_await fetch(*client, request)), "200 ");
  };
  run(flow());
  EXPECT_EQ(server.request_count(), 2U);
}

TEST_F(HttpCancelTest, WhileTheNameIsLookedUp) {
  const HttpRequest request = request_for("http://no-such-host.invalid/");
  int turns = 0;
  EXPECT_EQ(cancelled_when(request, [&] { return ++turns > 1; }), "cancelled");
}

TEST_F(HttpCancelTest, WithinTheHandshake) {
  HttpTestServer server([](Connection& connection) { connection.wait_for_close(); });
  const HttpRequest request =
      request_for("https://127.0.0.1:" + std::to_string(server.port()) + "/");
  EXPECT_EQ(cancelled_when(request, [&] { return server.connections() == 1; }), "cancelled");
  run(until([&] { return server.closed_by_peer() == 1; }));
}

TEST_F(HttpCancelTest, WhileTheRequestGoesOut) {
  HttpTestServer server([](Connection& connection) {
    connection.wait_for_close();  // without reading
  });
  HttpRequest request = request_for(server.url(), "POST");
  request.body = std::string(64 << 20, 'x');
  const auto connected = [&] { return server.connections() > 0; };
  EXPECT_THAT(cancelled_when(request, connected), ::testing::StartsWith("cancelled"));
  run(until([&] { return server.closed_by_peer() == 1; }));
}

TEST_F(HttpCancelTest, WhileTheHeadIsAwaited) {
  HttpTestServer server([](Connection& connection) {
    connection.read_request();
    connection.wait_for_close();
  });
  const auto asked = [&] { return server.request_count() == 1; };
  EXPECT_EQ(cancelled_when(request_for(server.url()), asked), "cancelled, sent");
  run(until([&] { return server.closed_by_peer() == 1; }));
}

TEST_F(HttpCancelTest, WithinTheBody) {
  HttpTestServer server([](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    connection.wait_for_close();
  });
  const auto answered = [&] { return server.bytes_sent() > 0; };
  EXPECT_EQ(cancelled_when(request_for(server.url()), answered), "cancelled, sent");
  run(until([&] { return server.closed_by_peer() == 1; }));
}

TEST_F(HttpCancelTest, OthersGoOn) {
  HttpTestServer server(always(http_answer("on")));
  EXPECT_EQ(cancelled_when(request_for(server.url()), [] { return true; }), "cancelled");
  EXPECT_EQ(text_of(get(server.url())), "200 on");
}

using HttpClientDeathTest = HttpTest;

TEST_F(HttpClientDeathTest, AClientThatEndsBeforeATransferIsABug) {
  const auto flow = [&]() -> Task<> {
    HttpTestServer server([](Connection& connection) {
      connection.read_request();
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
      connection.wait_for_close();
    });
    const HttpRequest request = request_for(server.url());
    const auto exchange = co_await client->open(request);
    client.reset();
  };
  EXPECT_DEATH(run(flow()), "HttpClient ends");
}

}  // namespace
}  // namespace dataaction
