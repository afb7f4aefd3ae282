#include "tests/sidecar/runtime/http_fixture.h"

namespace dataaction {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using HttpFailureTest = HttpTest;
using Connection = HttpTestServer::Connection;

// Reads a request, answers with that, and closes.
HttpTestServer::Script once(std::string answer) {
  return [answer = std::move(answer)](Connection& connection) {
    connection.read_request();
    connection.send(answer);
  };
}

TEST_F(HttpFailureTest, ANameThatDoesNotExist) {
  const auto reply = get("http://no-such-host.invalid/");
  EXPECT_EQ(text_of(reply), "name");
  EXPECT_THAT(detail_of(reply), HasSubstr("resolve"));
}

TEST_F(HttpFailureTest, APortWhereNobodyListens) {
  std::string url;
  {
    const HttpTestServer gone(always(""));
    url = gone.url();
  }
  EXPECT_EQ(text_of(get(url)), "connect");
}

TEST_F(HttpFailureTest, AServerThatClosesWithoutAWord) {
  HttpTestServer server(once(""));
  EXPECT_EQ(text_of(get(server.url())), "broken, sent");
}

TEST_F(HttpFailureTest, AHeadThatEndsInTheMiddle) {
  HttpTestServer server(once("HTTP/1.1 200 OK\r\nContent-Le"));
  EXPECT_EQ(text_of(get(server.url())), "broken, sent");
}

TEST_F(HttpFailureTest, BodiesThatEndInTheMiddle) {
  HttpTestServer length(once("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));
  EXPECT_EQ(text_of(get(length.url())), "broken, sent");
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n";
  HttpTestServer chunks(once(chunked));
  EXPECT_EQ(text_of(get(chunks.url())), "broken, sent");
  HttpTestServer garbage(once(chunked + "what?\r\n"));
  EXPECT_EQ(text_of(get(garbage.url())), "broken, sent");
}

TEST_F(HttpFailureTest, WhatCameBeforeAResetIsReadBeforeTheFailure) {
  std::atomic<bool> seen = false;
  HttpTestServer server([&](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    while (!seen) std::this_thread::yield();
    connection.reset();
  });
  const HttpRequest request = request_for(server.url());
  const auto flow = [&]() -> Task<> {
    const auto exchange = co_await client->open(request);
    EXPECT_EQ(co_await (*exchange)->read(), "half");
    seen = true;
    for (int again = 0; again < 2; ++again) {
      EXPECT_EQ(text_of(co_await (*exchange)->read()), "(broken, sent)");
    }
  };
  run(flow());
}

TEST_F(HttpFailureTest, WhatIsNotHttp) {
  HttpTestServer other(once("SSH-2.0-OpenSSH_9.2\r\n"));
  EXPECT_EQ(text_of(get(other.url())), "protocol, sent");
  HttpTestServer header(once("HTTP/1.1 200 OK\r\nX-One: 1\r\n folded\r\n\r\n"));
  EXPECT_EQ(text_of(get(header.url())), "protocol, sent");
  HttpTestServer coding(once("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"));
  EXPECT_EQ(text_of(get(coding.url())), "protocol, sent");
}

TEST_F(HttpFailureTest, HeadersWithoutEnd) {
  const auto endless = [](std::string piece) {
    return [piece](Connection& connection) {
      connection.read_request();
      connection.send("HTTP/1.1 200 OK\r\n");
      while (connection.send(piece)) {
      }
    };
  };
  HttpTestServer many(endless("X-Header: value\r\n"));
  EXPECT_EQ(text_of(get(many.url())), "too_large, sent");
  HttpTestServer one(endless("x"));
  EXPECT_EQ(text_of(get(one.url())), "too_large, sent");
  HttpTestServer information([](Connection& connection) {
    connection.read_request();
    while (connection.send("HTTP/1.1 103 Early Hints\r\n\r\n")) {
    }
  });
  EXPECT_EQ(text_of(get(information.url())), "too_large, sent");
}

// Closes the connection where the second request comes in, whole.
HttpTestServer::Script dies_at_the_second_request() {
  return [](Connection& connection) {
    connection.read_request();
    connection.send(http_answer("first"));
    if (connection.number() > 0) connection.wait_for_close();
    connection.read_request();
  };
}

TEST_F(HttpFailureTest, NothingIsSentAgainWhenItsOldConnectionDies) {
  for (const char* method : {"GET", "POST", "DELETE"}) {
    HttpTestServer server(dies_at_the_second_request());
    const HttpRequest request = request_for(server.url(), method);
    EXPECT_EQ(text_of(run(fetch(*client, request))), "200 first");
    EXPECT_EQ(text_of(run(fetch(*client, request))), "broken, sent") << method;
    EXPECT_EQ(server.request_count(), 2U);
  }
}

// It was sent, although what failed in the end is a connection on which nothing was.
TEST_F(HttpFailureTest, WhatItsOldConnectionTookWasSent) {
  HttpTestServer server(dies_at_the_second_request());
  const HttpRequest request = request_for(server.url(), "POST");
  EXPECT_EQ(text_of(run(fetch(*client, request))), "200 first");
  server.stop_listening();
  EXPECT_EQ(text_of(run(fetch(*client, request))), "connect, sent");
  EXPECT_EQ(server.request_count(), 2U);
}

TEST_F(HttpFailureTest, NorBehindARedirect) {
  HttpTestServer there(dies_at_the_second_request());
  EXPECT_EQ(text_of(get(there.url())), "200 first");
  HttpTestServer here(
      once("HTTP/1.1 302 Found\r\nLocation: " + there.url() + "\r\nContent-Length: 0\r\n\r\n"));
  HttpRequest request = request_for(here.url());
  request.max_redirects = 1;
  EXPECT_EQ(text_of(run(fetch(*client, request))), "broken, sent");
  EXPECT_EQ(there.request_count(), 2U);
}

TEST_F(HttpFailureTest, AConnectionThatIsDeadBeforehandIsNoFailure) {
  HttpTestServer server(once(http_answer("one")));
  const HttpRequest post = request_for(server.url(), "POST");
  EXPECT_EQ(text_of(run(fetch(*client, post))), "200 one");
  run(until([&] { return server.closed() == 1; }));
  EXPECT_EQ(text_of(run(fetch(*client, post))), "200 one");
  EXPECT_EQ(server.request_count(), 2U);
}

TEST_F(HttpFailureTest, NothingOfTheRequestIsInTheDetail) {
  HttpTestServer server(once("HTTP/1.1 200 OK\r\nContent-Length: secret-1\r\n\r\n"));
  HttpRequest request = request_for(server.url("/secret-2?token=secret-3"), "POST");
  request.headers.add("Authorization", "Bearer secret-4");
  request.body = "secret-5";
  const auto reply = run(fetch(*client, request));
  EXPECT_EQ(text_of(reply), "protocol, sent");
  EXPECT_THAT(detail_of(reply), Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace dataaction
