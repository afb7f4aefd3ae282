// What bounds a transfer: time, size, and a reader who does not read.

#include <netinet/in.h>
#include <sys/socket.h>

#include "sidecar/runtime/descriptor.h"
#include "tests/sidecar/runtime/http_fixture.h"
#include "tests/sidecar/support/gzip.h"

namespace dataaction {
namespace {

using namespace std::chrono_literals;
using ::testing::EndsWith;
using Connection = HttpTestServer::Connection;
using Exchange = std::unique_ptr<HttpExchange>;

class HttpLimitsTest : public HttpTest {
 protected:
  // The clock moves when `condition` holds.
  Task<> advance_when(std::function<bool()> condition, Clock::Duration duration) {
    co_await until(std::move(condition));
    clock.advance(duration);
  }

  HttpResult<HttpReply> fetch_while(const HttpRequest& request, Task<> other) {
    std::optional<HttpResult<HttpReply>> reply;
    const auto fetching = [&]() -> Task<> { reply.emplace(co_await fetch(*client, request)); };
    run_all(fetching(), std::move(other));
    return std::move(*reply);
  }
};

// Sends that, and then nothing.
HttpTestServer::Script stalls_after(std::string bytes) {
  return [bytes = std::move(bytes)](Connection& connection) {
    connection.read_request();
    connection.send(bytes);
    connection.wait_for_close();
  };
}

TEST_F(HttpLimitsTest, AServerThatIsNotReached) {
  // TLS to a server that never says a word: connecting has not ended.
  HttpTestServer server([](Connection& connection) { connection.wait_for_close(); });
  HttpRequest request = request_for("https://127.0.0.1:" + std::to_string(server.port()));
  request.limits.connect_timeout = 5s;
  const auto accepted = [&] { return server.connections() == 1; };
  EXPECT_EQ(text_of(fetch_while(request, advance_when(accepted, 4'999ms + 1ms))), "timeout");
  const auto closed = [&] { return server.closed_by_peer() == 1; };
  run(until(closed));
}

// A port whose queue of connections is full: a SYN gets no answer.
class FullPort {
 public:
  FullPort() {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address_);
    EXPECT_EQ(::bind(listener_.get(), raw(), size), 0);
    EXPECT_EQ(::listen(listener_.get(), 0), 0);
    EXPECT_EQ(::getsockname(listener_.get(), raw(), &size), 0);
    EXPECT_EQ(::connect(first_.get(), raw(), size), 0);
  }

  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(ntohs(address_.sin_port)) + '/';
  }

 private:
  sockaddr* raw() { return reinterpret_cast<sockaddr*>(&address_); }

  sockaddr_in address_{};
  Descriptor listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  Descriptor first_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};  // fills the queue
};

// libcurl closes the socket without a word; its number is the next one's, whoever that is.
TEST_F(HttpLimitsTest, ASocketThatNeverConnectedIsForgotten) {
  FullPort full;
  HttpTestServer server(always(http_answer("reached")));
  HttpRequest request = request_for(full.url());
  request.limits.connect_timeout = 5s;
  for (int i = 0; i < 2; ++i) {
    const auto sent = [turns = 0]() mutable { return turns++ == 3; };
    EXPECT_EQ(text_of(fetch_while(request, advance_when(sent, 5s))), "timeout");
    EXPECT_EQ(text_of(get("http://no-such-host.invalid/")), "name");
    EXPECT_EQ(text_of(get(server.url())), "200 reached");
  }
}

TEST_F(HttpLimitsTest, AHeadThatDoesNotCome) {
  HttpTestServer server(stalls_after("HTTP/1.1 200 OK\r\n"));
  HttpRequest request = request_for(server.url());
  request.limits.connect_timeout = 5s;
  request.limits.stall_timeout = 20s;
  const auto asked = [&] { return server.bytes_sent() > 0; };
  EXPECT_EQ(text_of(fetch_while(request, advance_when(asked, 20s))), "stall, sent");
}

TEST_F(HttpLimitsTest, ABodyThatStalls) {
  HttpTestServer server(stalls_after("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));
  const HttpRequest request = request_for(server.url());
  const auto flow = [&]() -> Task<> {
    Exchange exchange = std::move(*co_await client->open(request));
    EXPECT_EQ(co_await exchange->read(), "half");
    clock.advance(1h);  // nobody wants a byte
    const auto stalled = [](Exchange& exchange) -> Task<> {
      EXPECT_EQ(text_of(co_await exchange->read()), "(stall, sent)");
    };
    TaskGroup group(co_await current_scope(), 1);
    EXPECT_TRUE(group.spawn(stalled(exchange)));
    for (int i = 0; i < 9; ++i) static_cast<void>(co_await yield());
    clock.advance(29'999ms);
    EXPECT_EQ(group.size(), 1U);
    clock.advance(1ms);
    co_await group.drain();
  };
  run(flow());
}

TEST_F(HttpLimitsTest, EachByteBeginsTheStallAnew) {
  std::atomic<int> allowed = 0;
  HttpTestServer server([&](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n");
    for (int i = 1; i <= 3; ++i) {
      while (allowed < i) std::this_thread::yield();
      connection.send("x");
    }
    connection.wait_for_close();
  });
  const HttpRequest request = request_for(server.url());
  const auto flow = [&]() -> Task<> {
    Exchange exchange = std::move(*co_await client->open(request));
    const auto read = [](Exchange& exchange, int& count) -> Task<> {
      for (; count < 3; ++count) EXPECT_EQ(co_await exchange->read(), "x");
    };
    int count = 0;
    TaskGroup group(co_await current_scope(), 1);
    EXPECT_TRUE(group.spawn(read(exchange, count)));
    for (int i = 0; i < 3; ++i) {
      co_await until([&] { return count == i; });
      static_cast<void>(co_await yield());
      clock.advance(29s);
      ++allowed;
    }
    co_await group.drain();
    EXPECT_EQ(count, 3);
  };
  run(flow());
}

TEST_F(HttpLimitsTest, TheWholeTakesTooLongThoughBytesCome) {
  HttpTestServer server([](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\n\r\n");
    while (connection.send("more")) std::this_thread::yield();
  });
  HttpRequest request = request_for(server.url());
  request.limits.total_timeout = 10s;
  request.limits.max_body = SIZE_MAX;
  const auto asked = [&] { return server.bytes_sent() > 100; };
  EXPECT_EQ(text_of(fetch_while(request, advance_when(asked, 10s))), "timeout, sent");
}

TEST_F(HttpLimitsTest, ABodyMayBeAsLargeAsTheCap) {
  HttpTestServer server(always(http_answer(std::string(1000, 'x'))));
  HttpRequest request = request_for(server.url());
  request.limits.max_body = 1000;
  EXPECT_EQ(text_of(run(fetch(*client, request))).size(), 4 + 1000U);
  request.limits.max_body = 999;
  EXPECT_EQ(text_of(run(fetch(*client, request))), "too_large, sent");
}

TEST_F(HttpLimitsTest, ABodyWithoutEnd) {
  HttpTestServer server([](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\n\r\n");
    while (connection.send(std::string(65'536, 'x'))) {
    }
  });
  EXPECT_EQ(text_of(get(server.url())), "too_large, sent");
}

TEST_F(HttpLimitsTest, GzipIsDecodedAndCountsDecoded) {
  const std::string text(1 << 20, 'x');
  HttpTestServer server(always(http_answer(gzip(text), "Content-Encoding: gzip\r\n")));
  HttpRequest request = request_for(server.url());
  request.limits.max_body = text.size();
  const auto reply = run(fetch(*client, request));
  ASSERT_TRUE(reply.has_value());
  EXPECT_TRUE(reply->body == text);
  request.limits.max_body = text.size() - 1;
  EXPECT_EQ(text_of(run(fetch(*client, request))), "too_large, sent");
}

TEST_F(HttpLimitsTest, GzipThatIsCutOffIsNoBody) {
  const std::string whole = gzip("all of it");
  HttpTestServer cut(
      always(http_answer(whole.substr(0, whole.size() - 1), "Content-Encoding: gzip\r\n")));
  EXPECT_EQ(text_of(get(cut.url())), "broken, sent");
  HttpTestServer damaged(always(http_answer("not gzip", "Content-Encoding: gzip\r\n")));
  EXPECT_EQ(text_of(get(damaged.url())), "protocol, sent");
}

TEST_F(HttpLimitsTest, WhoDoesNotReadTakesNoMoreThanTheBuffers) {
  constexpr size_t kBody = 256 << 20;
  // The kernel's buffers, both ways, are a few MiB on loopback.
  constexpr size_t kTaken = 32 << 20;
  HttpTestServer server([](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kBody) + "\r\n\r\n");
    const std::string piece(1 << 20, 'x');
    for (size_t sent = 0; sent < kBody; sent += piece.size()) {
      if (!connection.send(piece)) return;
    }
    connection.wait_for_close();
  });
  HttpRequest request = request_for(server.url());
  request.limits.max_body = kBody;
  const auto flow = [&]() -> Task<> {
    Exchange exchange = std::move(*co_await client->open(request));
    // The loop has its chances to take more than it should; then the server is stuck.
    size_t sent = 0;
    do {
      sent = server.bytes_sent();
      for (int i = 0; i < 10'000; ++i) static_cast<void>(co_await yield());
    } while (sent == 0 || server.bytes_sent() != sent);
    EXPECT_LT(sent, kTaken);
    size_t received = 0;
    size_t largest = 0;
    for (auto piece = co_await exchange->read(); piece && !piece->empty();
         piece = co_await exchange->read()) {
      received += piece->size();
      largest = std::max(largest, piece->size());
    }
    EXPECT_EQ(received, kBody);
    EXPECT_LT(largest, 128U << 10) << "what was held at a time";
  };
  run(flow());
}

}  // namespace
}  // namespace dataaction
