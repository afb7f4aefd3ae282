// Load on one location: `load PORT PATH BODY LENGTH CONNECTIONS SECONDS`. Keeps CONNECTIONS
// requests going for SECONDS after a start that does not count, checks that each answer is LENGTH
// bytes long, and prints bytes and seconds.

#include <sys/epoll.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <list>

#include "tests/bench/http_drain.h"

using namespace dataaction::bench;

namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

// Socket buffers and windows grow to their size in this time.
constexpr Seconds kStart{0.1};

uint64_t received(const std::list<HttpDrain>& connections) {
  uint64_t bytes = 0;
  for (const HttpDrain& connection : connections) bytes += connection.bytes();
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) die("usage: load PORT PATH BODY LENGTH CONNECTIONS SECONDS");
  const auto port = static_cast<uint16_t>(atoi(argv[1]));
  const std::string request = http_request(argv[2], argv[3]);
  const uint64_t length = strtoull(argv[4], nullptr, 10);
  const Seconds duration(atof(argv[6]));

  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  std::list<HttpDrain> connections;
  for (int i = atoi(argv[5]); i > 0; --i) {
    HttpDrain& connection = connections.emplace_back(port);
    epoll_event event{EPOLLIN, {&connection}};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, connection.fd(), &event) == -1) die("epoll_ctl() failed");
    connection.send(request);
  }

  auto begin = Clock::now() + std::chrono::duration_cast<Clock::duration>(kStart);
  bool counting = false;
  uint64_t before = 0;
  for (;;) {
    std::array<epoll_event, 16> events;
    const int count = epoll_wait(epoll, events.data(), events.size(), 10000);
    if (count <= 0) die("no answer within 10 s");
    for (int i = 0; i < count; ++i) {
      auto& connection = *static_cast<HttpDrain*>(events[static_cast<size_t>(i)].data.ptr);
      if (!connection.drain()) continue;
      if (connection.last_length() != length) {
        die("an answer of " + std::to_string(connection.last_length()) + " bytes");
      }
      connection.send(request);
    }
    const auto now = Clock::now();
    if (!counting && now >= begin) {
      counting = true;
      begin = now;
      before = received(connections);
    } else if (counting && now - begin >= duration) {
      printf("%lu %.9f\n", received(connections) - before, Seconds(now - begin).count());
      return 0;
    }
  }
}
