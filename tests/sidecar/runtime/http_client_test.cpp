#include "sidecar/runtime/http_client.h"

#include <fstream>
#include <future>

#include "tests/sidecar/runtime/http_fixture.h"

namespace dataaction {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using HttpClientTest = HttpTest;
using Connection = HttpTestServer::Connection;

TEST_F(HttpClientTest, AnAnswerHasItsHeadAndItsBody) {
  HttpTestServer server(always(http_answer("hello", "X-One:  1 \r\nX-One: 2\r\nX-Empty:\r\n")));
  const auto reply = get(server.url("/path?q=1"));
  ASSERT_EQ(text_of(reply), "200 hello");
  EXPECT_EQ(reply->head.headers.find("x-one"), "1");
  EXPECT_EQ(reply->head.headers.find("X-Empty"), "");
  EXPECT_EQ(reply->head.url, server.url("/path?q=1"));
}

TEST_F(HttpClientTest, ARequestSaysWhatItMustAndNoMore) {
  HttpTestServer server(always(http_answer("")));
  ASSERT_EQ(text_of(get(server.url("/path?q=1"))), "200 ");
  EXPECT_EQ(server.requests().at(0),
            "GET /path?q=1 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                "\r\nAccept: */*\r\nUser-Agent: test/1\r\n"
                "Accept-Encoding: gzip\r\n\r\n");
}

TEST_F(HttpClientTest, APostBringsItsBodyWithoutWaitingForA100) {
  HttpTestServer server(always(http_answer("")));
  HttpRequest request = request_for(server.url(), "POST");
  request.headers.add("Content-Type", "application/json");
  request.headers.add("X-Empty", "");
  request.body = std::string(100'000, 'x') + std::string("\0y", 2);
  ASSERT_EQ(text_of(run(fetch(*client, request))), "200 ");
  const std::string sent = server.requests().at(0);
  EXPECT_THAT(sent, StartsWith("POST / HTTP/1.1\r\n"));
  EXPECT_THAT(sent, HasSubstr("\r\nContent-Type: application/json\r\n"));
  EXPECT_THAT(sent, HasSubstr("\r\nX-Empty:\r\n"));
  EXPECT_THAT(sent, Not(HasSubstr("Expect")));
  EXPECT_TRUE(sent.ends_with("\r\n\r\n" + request.body));
}

TEST_F(HttpClientTest, EachMethodIsSentAsItIs) {
  HttpTestServer server(always("HTTP/1.1 204 No Content\r\n\r\n"));
  for (const std::string method : {"PUT", "PATCH", "DELETE", "POST"}) {
    ASSERT_EQ(text_of(run(fetch(*client, request_for(server.url(), method)))), "204 ");
    EXPECT_THAT(server.requests().back(), StartsWith(method + " / HTTP/1.1\r\n"));
    EXPECT_THAT(server.requests().back(), HasSubstr("\r\nContent-Length: 0\r\n"));
    EXPECT_THAT(server.requests().back(), Not(HasSubstr("Content-Type")));
  }
}

TEST_F(HttpClientTest, AHeadHasNoBody) {
  HttpTestServer server(
      always("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
             "Content-Encoding: gzip\r\n\r\n"));
  EXPECT_EQ(text_of(run(fetch(*client, request_for(server.url(), "HEAD")))), "200 ");
}

TEST_F(HttpClientTest, InformationComesBeforeTheAnswer) {
  HttpTestServer server(always("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n" +
                               http_answer("late", "X-Late: 1\r\n", "404 Not Found")));
  const auto reply = get(server.url());
  ASSERT_EQ(text_of(reply), "404 late");
  EXPECT_EQ(reply->head.headers.find("X-Early"), std::nullopt);
}

TEST_F(HttpClientTest, ChunksAreABodyAndTrailersAreNotHeaders) {
  HttpTestServer server(
      always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
             "3\r\none\r\n4\r\n two\r\n0\r\nX-Trailer: 1\r\n\r\n"));
  const auto reply = get(server.url());
  ASSERT_EQ(text_of(reply), "200 one two");
  EXPECT_EQ(reply->head.headers.find("X-Trailer"), std::nullopt);
}

TEST_F(HttpClientTest, TheHeadIsThereBeforeTheBody) {
  std::atomic<bool> go_on = false;
  HttpTestServer server([&](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
    while (!go_on) std::this_thread::yield();
    connection.send("body");
    connection.wait_for_close();
  });
  const HttpRequest request = request_for(server.url());
  const auto flow = [&]() -> Task<> {
    const auto exchange = co_await client->open(request);
    EXPECT_EQ((*exchange)->head().status, 200);
    go_on = true;
    EXPECT_EQ(co_await (*exchange)->read(), "body");
    EXPECT_EQ(co_await (*exchange)->read(), "");
    EXPECT_EQ(co_await (*exchange)->read(), "") << "the end is the end";
  };
  run(flow());
}

TEST_F(HttpClientTest, AConnectionIsUsedAgain) {
  HttpTestServer server(always(http_answer("again")));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(text_of(get(server.url())), "200 again");
  EXPECT_EQ(server.connections(), 1U);
}

// How many descriptors the loop asks the kernel about.
long watched(const Loop& loop) {
  std::ifstream info("/proc/self/fdinfo/" + std::to_string(uv_backend_fd(loop.raw())));
  long count = 0;
  for (std::string line; std::getline(info, line);) count += line.starts_with("tfd:") ? 1 : 0;
  return count;
}

// The loop listens to a connection that nobody uses, and does not turn for ever when it ends.
TEST_F(HttpClientTest, AnIdleConnectionIsWatchedUntilItsPeerCloses) {
  run(until([turns = 0]() mutable { return turns++ == 2; }));  // libuv's own descriptors
  const long before = watched(loop);
  std::promise<void> closes;
  HttpTestServer server([&](Connection& connection) {
    connection.read_request();
    connection.send(http_answer("one"));
    if (connection.number() == 0) closes.get_future().wait();
  });
  EXPECT_EQ(text_of(get(server.url())), "200 one");
  EXPECT_EQ(watched(loop), before + 1);
  closes.set_value();
  run(until([&, turns = 0]() mutable {
    return server.closed() == 1 && (watched(loop) == before || ++turns == 1000);
  }));
  EXPECT_EQ(watched(loop), before);
  EXPECT_EQ(text_of(get(server.url())), "200 one");
  EXPECT_EQ(server.connections(), 2U);
}

// One handle of libcurl's serves them all, one after the other.
TEST_F(HttpClientTest, NothingOfARequestIsLeftForTheNext) {
  HttpTestServer server([](Connection& connection) {
    for (;;) {
      const std::string request = connection.read_request();
      if (request.empty()) return;
      const bool head = request.starts_with("HEAD");
      const std::string redirect =
          "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n";
      connection.send(request.starts_with("GET /a ") ? redirect
                      : head ? "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"
                             : http_answer("body"));
    }
  });
  const std::string get_b = "GET /b HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                            "\r\nAccept: */*\r\nUser-Agent: test/1\r\n"
                            "Accept-Encoding: gzip\r\n\r\n";
  const auto is_plain_get = [&] {
    EXPECT_EQ(text_of(get(server.url("/b"))), "200 body");
    EXPECT_EQ(server.requests().back(), get_b);
  };
  HttpRequest post = request_for(server.url("/post"), "POST");
  post.headers.add("Content-Type", "application/json");
  post.headers.add("Authorization", "Bearer secret");
  post.body = "{}";
  EXPECT_EQ(text_of(run(fetch(*client, post))), "200 body");
  is_plain_get();
  EXPECT_EQ(text_of(run(fetch(*client, request_for(server.url("/head"), "HEAD")))), "200 ");
  is_plain_get();
  HttpRequest followed = request_for(server.url("/a"));
  followed.max_redirects = 1;
  EXPECT_EQ(text_of(run(fetch(*client, followed))), "200 body");
  EXPECT_EQ(text_of(get(server.url("/a"))), "302 ") << "this one is not to be followed";
  is_plain_get();
}

TEST_F(HttpClientTest, AHandleIsForRequestsOfItsTransport) {
  const HttpRequest plain = request_for("http://127.0.0.1/");
  HttpRequest impatient = plain;
  impatient.limits.connect_timeout = std::chrono::milliseconds(1234);
  CurlHandles handles("test/1");
  CurlHandle used = handles.take(plain);
  CURL* const easy = used.easy.get();
  handles.give(std::move(used));
  EXPECT_NE(handles.take(impatient).easy.get(), easy);
  EXPECT_EQ(handles.take(plain).easy.get(), easy);
}

TEST_F(HttpClientTest, ABodyThatIsDroppedClosesItsConnection) {
  HttpTestServer server([](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    connection.wait_for_close();
  });
  const HttpRequest request = request_for(server.url());
  const auto flow = [&]() -> Task<> {
    const auto open = [](HttpClient& client, const HttpRequest& request) -> Task<> {
      EXPECT_TRUE((co_await client.open(request)).has_value());
    };
    co_await open(*client, request);
    co_await until([&] { return server.closed_by_peer() == 1; });
  };
  run(flow());
}

TEST_F(HttpClientTest, NothingIsSentThatWouldBeMisread) {
  HttpTestServer server(always(http_answer("")));
  HttpRequest lines = request_for(server.url());
  lines.headers.add("X-One", "1\r\nX-Two: 2");
  HttpRequest name = request_for(server.url());
  name.headers.add("X One", "1");
  const std::string port = std::to_string(server.port());
  for (const HttpRequest& request :
       {lines, name, request_for(server.url(), "GET /other"), request_for(server.url("/a b")),
        request_for("http://user:word@127.0.0.1:" + port), request_for("127.0.0.1:" + port),
        request_for("file:///etc/passwd"), request_for("http://"), request_for("http://[::1"),
        request_for("http://a/" + std::string(9 << 20, 'x')), request_for("")}) {
    const auto reply = run(fetch(*client, request));
    EXPECT_EQ(text_of(reply), "protocol") << request.url.substr(0, 99);
    EXPECT_THAT(detail_of(reply), Not(HasSubstr("word")));
  }
  EXPECT_EQ(server.connections(), 0U);
}

TEST_F(HttpClientTest, ManyTransfersAtATime) {
  HttpTestServer server(always(http_answer(std::string(30'000, 'x'))));
  const HttpRequest request = request_for(server.url());
  int good = 0;
  const auto one = [](HttpClient& client, const HttpRequest& request, int& good) -> Task<> {
    const auto reply = co_await fetch(client, request);
    if (reply && reply->body.size() == 30'000) ++good;
  };
  TaskGroup group(scope, 200);
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(group.spawn(one(*client, request, good)));
  loop.run();
  EXPECT_EQ(group.size(), 0U);
  EXPECT_EQ(good, 200);
  EXPECT_EQ(server.request_count(), 200U);
}

}  // namespace
}  // namespace dataaction
