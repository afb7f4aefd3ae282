// A platform in the tutorial's dialect that does nothing but answer: `replay_server PAGES DELAY_MS`
// prints its port, gives everybody a token, and serves a search of PAGES pages with 200
// conversations each, every page DELAY_MS after it was asked for. `nextPage` is the number of the
// next page. GET /asked says how often it was asked for tokens and pages, and for how many pages
// within any minute. The simulator, which checks everything, is too slow to measure a client with.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/http_drain.h"
#include "tests/bench/loopback.h"

using namespace dataaction::bench;

namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned kPageSize = 200;
constexpr std::string_view kToken =
    R"({"access_token":"bench","token_type":"bearer","expires_in":86400})";

// Twice in it: the twelve digits of a UUID, `id` and `conversationId`.
constexpr std::string_view kRecord =
    R"({"type":"conversation","id":"conv-8a7b6c5d-4e3f-2a1b-0c9d-000000000000",)"
    R"("conversationId":"conv-8a7b6c5d-4e3f-2a1b-0c9d-000000000000",)"
    R"("timestamp":"2024-05-12T14:32:18.000Z","fields":{"channelType":"voice",)"
    R"("status":"completed","durationSeconds":142}})";
constexpr std::string_view kDigits = "000000000000";

void append_record(std::string& out, uint64_t number) {
  std::array<char, 13> digits;
  std::snprintf(digits.data(), digits.size(), "%012lx", number);
  const size_t begin = out.size();
  out += kRecord;
  for (size_t at = kRecord.find(kDigits); at != std::string_view::npos;
       at = kRecord.find(kDigits, at + kDigits.size())) {
    std::memcpy(out.data() + begin + at, digits.data(), kDigits.size());
  }
}

std::string with_head(std::string_view body) {
  std::string out("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ");
  return out.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
}

std::string page_answer(uint64_t page, uint64_t pages) {
  std::string body = R"({"page":)" + std::to_string(page) + R"(,"pageSize":200,"total":)" +
                     std::to_string(pages * kPageSize);
  if (page < pages) body += R"(,"nextPage":")" + std::to_string(page + 1) + '"';
  body += R"(,"results":[)";
  for (unsigned i = 0; i < kPageSize; ++i) {
    if (i > 0) body += ',';
    append_record(body, (page - 1) * kPageSize + i);
  }
  body += "]}";
  return with_head(body);
}

// What clients have asked for.
struct Asked {
  uint64_t tokens = 0;
  std::vector<Clock::time_point> pages;  // when

  // A minute where they were sent: the way of the first was longer, with a connection to be made.
  size_t most_in_a_minute() const {
    constexpr std::chrono::milliseconds kMinute(59'900);
    size_t most = 0;
    for (size_t first = 0, end = 0; first < pages.size(); ++first) {
      while (end < pages.size() && pages[end] - pages[first] < kMinute) ++end;
      most = std::max(most, end - first);
    }
    return most;
  }
  std::string describe() const {
    return "{\"tokens\":" + std::to_string(tokens) + ",\"pages\":" + std::to_string(pages.size()) +
           ",\"most_in_a_minute\":" + std::to_string(most_in_a_minute()) + '}';
  }
};

struct Settings {
  uint64_t pages;
  std::chrono::milliseconds delay;
};

class Connection {
 public:
  Connection(int fd, const Settings& settings, Asked& asked)
      : fd_(fd), settings_(settings), asked_(asked) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { close(fd_); }

  // False if the client is gone. `due`: the answer is to leave then, by release().
  bool receive(std::optional<Clock::time_point>& due) {
    std::array<char, 16384> bytes;
    for (;;) {
      const ssize_t n = recv(fd_, bytes.data(), bytes.size(), 0);
      if (n == 0 || (n < 0 && errno != EAGAIN)) return false;
      if (n < 0) break;
      request_.append(bytes.data(), static_cast<size_t>(n));
    }
    if (!whole()) return true;
    const bool page = answer();
    request_.clear();
    unsent_ = answer_;
    if (!page || settings_.delay.count() == 0) return send_rest();
    held_ = true;
    due = Clock::now() + settings_.delay;
    return true;
  }

  bool release() {
    held_ = false;
    return send_rest();
  }

  bool send_rest() {
    while (!held_ && !unsent_.empty()) {
      const ssize_t n = send(fd_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
      if (n < 0) return errno == EAGAIN;
      unsent_.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }

 private:
  // Whether it is a page.
  bool answer() {
    if (request_.starts_with("POST /oauth/token ")) {
      ++asked_.tokens;
      answer_ = with_head(kToken);
      return false;
    }
    if (request_.starts_with("GET /asked ")) {
      answer_ = with_head(asked_.describe());
      return false;
    }
    asked_.pages.push_back(Clock::now());
    answer_ = page_answer(asked_page(), settings_.pages);
    return true;
  }

  bool whole() const {
    const size_t head = request_.find("\r\n\r\n");
    if (head == std::string::npos) return false;
    size_t length = 0;
    const size_t at = behind_header("\r\ncontent-length:", head);
    if (at != std::string::npos) length = strtoull(request_.c_str() + at, nullptr, 10);
    return request_.size() >= head + 4 + length;
  }

  // Behind the name of a header, or npos.
  size_t behind_header(const char* name, size_t head) const {
    const char* found = strcasestr(request_.c_str(), name);
    if (found == nullptr || found > request_.c_str() + head) return std::string::npos;
    return static_cast<size_t>(found - request_.c_str()) + strlen(name);
  }

  uint64_t asked_page() const {
    const size_t at = request_.find("\"page\":");
    if (at == std::string::npos) return 1;
    const size_t digit = request_.find_first_of("0123456789", at);
    return strtoull(request_.c_str() + digit, nullptr, 10);
  }

  int fd_;
  const Settings& settings_;
  Asked& asked_;
  std::string request_;
  std::string answer_;
  std::string_view unsent_;
  bool held_ = false;
};

int milliseconds_until(Clock::time_point due) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - Clock::now());
  return static_cast<int>(std::max<int64_t>(left.count(), 0));
}

class Server {
 public:
  explicit Server(const Settings& settings)
      : settings_(settings), listener_(listen_on_loopback()), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    watch(listener_, nullptr);
  }

  [[noreturn]] void run() {
    for (;;) {
      std::array<epoll_event, 256> events;
      const int wait = held_.empty() ? -1 : milliseconds_until(held_.begin()->first);
      const int count = epoll_wait(epoll_, events.data(), events.size(), wait);
      for (int i = 0; i < count; ++i) {
        auto* const c = static_cast<Connection*>(events[static_cast<size_t>(i)].data.ptr);
        c == nullptr ? accept_all() : serve(c);
      }
      while (!held_.empty() && held_.begin()->first <= Clock::now()) {
        Connection* const c = held_.begin()->second;
        held_.erase(held_.begin());
        if (!c->release()) drop(c);
      }
    }
  }

 private:
  void watch(int fd, Connection* c) {
    epoll_event event{EPOLLIN | EPOLLOUT | EPOLLET, {c}};
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == -1) die("epoll_ctl() failed");
  }

  void accept_all() {
    for (int fd; (fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)) != -1;) {
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      watch(fd, new Connection(fd, settings_, asked_));
    }
  }

  void serve(Connection* c) {
    std::optional<Clock::time_point> due;
    if (!c->receive(due) || !c->send_rest()) return drop(c);
    if (due) held_.emplace(*due, c);
  }

  void drop(Connection* c) {
    std::erase_if(held_, [c](const auto& each) { return each.second == c; });
    delete c;
  }

  const Settings settings_;
  Asked asked_;
  const int listener_;
  const int epoll_;
  std::multimap<Clock::time_point, Connection*> held_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) die("usage: replay_server PAGES DELAY_MS");
  Server({strtoull(argv[1], nullptr, 10), std::chrono::milliseconds(atoi(argv[2]))}).run();
}
