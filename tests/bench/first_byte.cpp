// How long the first byte of an answer takes on an idle keep-alive connection:
// `first_byte PORT COUNT BODY PATH...`. Asks for the paths in turn, each on a connection of its
// own, COUNT times, and prints for each the median and the 99th percentile in nanoseconds, and the
// length of the last answer.

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <list>
#include <vector>

#include "tests/bench/http_drain.h"

using namespace dataaction::bench;

namespace {

using Clock = std::chrono::steady_clock;

struct Path {
  Path(uint16_t port, std::string_view path, std::string_view body)
      : connection(port), request(http_request(path, body)) {}

  HttpDrain connection;
  std::string request;
  std::vector<int64_t> latencies;
};

void wait_for_bytes(const HttpDrain& connection) {
  pollfd event{connection.fd(), POLLIN, 0};
  if (poll(&event, 1, 10000) != 1) die("no answer within 10 s");
}

int64_t first_byte(Path& path) {
  const auto begin = Clock::now();
  path.connection.send(path.request);
  wait_for_bytes(path.connection);
  const auto end = Clock::now();
  while (!path.connection.drain()) wait_for_bytes(path.connection);
  return std::chrono::nanoseconds(end - begin).count();
}

int64_t percentile(const std::vector<int64_t>& sorted, size_t percent) {
  return sorted[(sorted.size() - 1) * percent / 100];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5 || atoi(argv[2]) < 1) die("usage: first_byte PORT COUNT BODY PATH...");
  std::list<Path> paths;
  for (int i = 4; i < argc; ++i) {
    first_byte(paths.emplace_back(static_cast<uint16_t>(atoi(argv[1])), argv[i], argv[3]));
  }
  for (int count = atoi(argv[2]); count > 0; --count) {
    for (Path& path : paths) path.latencies.push_back(first_byte(path));
  }
  for (Path& path : paths) {
    std::ranges::sort(path.latencies);
    printf("%ld %ld %lu\n", percentile(path.latencies, 50), percentile(path.latencies, 99),
           path.connection.last_length());
  }
}
