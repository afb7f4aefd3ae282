// How long calls take: `call_times PORT PATH BODY CALLERS CALLS` makes CALLS requests on CALLERS
// connections, each as soon as the one before has been answered, and prints the median and the 99th
// percentile of their times in microseconds, and the seconds of all together. PATH may have a `%`:
// the number of the caller stands there. The first request of each does not count.

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <vector>

#include "tests/bench/http_drain.h"

using namespace dataaction::bench;

namespace {

using Clock = std::chrono::steady_clock;

struct Caller {
  Caller(uint16_t port, std::string message) : drain(port), request(std::move(message)) {}

  HttpDrain drain;
  std::string request;
  Clock::time_point sent = {};
  bool warm = false;
};

void send(Caller& caller) {
  caller.sent = Clock::now();
  caller.drain.send(caller.request);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) die("usage: call_times PORT PATH BODY CALLERS CALLS");
  const auto port = static_cast<uint16_t>(atoi(argv[1]));
  const int callers = atoi(argv[4]);
  const auto calls = static_cast<size_t>(atoi(argv[5]));

  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  std::deque<Caller> all;
  for (int i = 0; i < callers; ++i) {
    std::string body = argv[3];
    if (const size_t at = body.find('%'); at != std::string::npos) {
      body.replace(at, 1, std::to_string(i + 1));
    }
    Caller& caller = all.emplace_back(port, http_request(argv[2], body));
    epoll_event event{EPOLLIN, {&caller}};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, caller.drain.fd(), &event) == -1) die("epoll_ctl() failed");
    send(caller);
  }

  std::vector<double> times;
  size_t warm = 0;
  Clock::time_point begin;
  while (times.size() < calls) {
    std::array<epoll_event, 64> events;
    const int count = epoll_wait(epoll, events.data(), events.size(), 60000);
    if (count <= 0) die("no answer within a minute");
    for (int i = 0; i < count; ++i) {
      auto& caller = *static_cast<Caller*>(events[static_cast<size_t>(i)].data.ptr);
      if (!caller.drain.drain()) continue;
      const auto now = Clock::now();
      if (caller.warm) {
        times.push_back(std::chrono::duration<double, std::micro>(now - caller.sent).count());
      } else {
        caller.warm = true;
        if (++warm < all.size()) continue;
        begin = now;
        for (Caller& each : all) send(each);
        continue;
      }
      send(caller);
    }
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  std::ranges::sort(times);
  printf("%.0f %.0f %.6f\n", times[times.size() / 2], times[times.size() * 99 / 100], seconds);
}
