// An API that does nothing but answer: `api_server DELAY_MS [PATH]` prints its port and gives every
// request the same post, DELAY_MS after it came; with PATH on a Unix socket too. A request is what
// ends with an empty line: none has a body.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "tests/bench/http_drain.h"
#include "tests/bench/loopback.h"

using namespace dataaction::bench;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kPost =
    R"({"userId":1,"id":1,"title":"sunt aut facere repellat provident occaecati",)"
    R"("body":"quia et suscipit suscipit recusandae consequuntur expedita et cum"})";

std::string make_answer() {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(kPost.size()) + "\r\n\r\n" + std::string(kPost);
}

struct Connection {
  int fd;
  std::string received;
};

struct Due {
  Clock::time_point at;
  int fd;
  uint64_t generation;  // of the descriptor: it may be another connection's by then
};

class ApiServer {
 public:
  explicit ApiServer(std::chrono::milliseconds delay) : delay_(delay) {}

  void listen_on(int fd) {
    listeners_.emplace(fd, true);
    watch(fd);
  }

  [[noreturn]] void run() {
    for (;;) {
      std::array<epoll_event, 256> events;
      const int count = epoll_wait(epoll_, events.data(), events.size(), patience());
      for (int i = 0; i < count; ++i) on_event(events[static_cast<size_t>(i)].data.fd);
      while (!due_.empty() && due_.front().at <= Clock::now()) {
        const Due due = due_.front();
        due_.pop_front();
        const auto found = generations_.find(due.fd);
        if (found != generations_.end() && found->second == due.generation) answer(due.fd);
      }
    }
  }

 private:
  int patience() const {
    if (due_.empty()) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(due_.front().at - Clock::now());
    return static_cast<int>(std::max<int64_t>(left.count(), 0));
  }

  void watch(int fd) {
    epoll_event event{EPOLLIN, {nullptr}};
    event.data.fd = fd;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == -1) die("epoll_ctl() failed");
  }

  void on_event(int fd) {
    if (listeners_.contains(fd)) {
      for (int client; (client = accept4(fd, nullptr, nullptr, SOCK_NONBLOCK)) != -1;) {
        const int on = 1;
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        received_[client].clear();
        generations_[client] = ++generation_;
        watch(client);
      }
      return;
    }
    std::array<char, 16384> piece;
    const ssize_t size = recv(fd, piece.data(), piece.size(), 0);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) {
      generations_.erase(fd);
      close(fd);
      return;
    }
    std::string& text = received_[fd];
    text.append(piece.data(), static_cast<size_t>(size));
    for (size_t end; (end = text.find("\r\n\r\n")) != std::string::npos;) {
      text.erase(0, end + 4);
      if (delay_.count() == 0) {
        answer(fd);
      } else {
        due_.push_back({Clock::now() + delay_, fd, generations_[fd]});
      }
    }
  }

  void answer(int fd) {
    static const std::string text = make_answer();
    static_cast<void>(::send(fd, text.data(), text.size(), MSG_NOSIGNAL));
  }

  const std::chrono::milliseconds delay_;
  const int epoll_ = epoll_create1(EPOLL_CLOEXEC);
  std::unordered_map<int, bool> listeners_;
  std::unordered_map<int, std::string> received_;
  std::unordered_map<int, uint64_t> generations_;
  uint64_t generation_ = 0;
  std::deque<Due> due_;  // in order: the delay is always the same
};

int listen_on_path(const char* path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd == -1 || bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == -1 ||
      listen(fd, 1024) == -1) {
    die("cannot listen");
  }
  return fd;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) die("usage: api_server DELAY_MS [PATH]");
  ApiServer server(std::chrono::milliseconds(atoi(argv[1])));
  if (argc > 2) server.listen_on(listen_on_path(argv[2]));
  server.listen_on(listen_on_loopback());
  server.run();
}
