// The limit of every server that copies: `copy_server FILE` prints its port and answers GET /memory
// with FILE's bytes from memory and GET /disk with the same bytes read again each time, 64k at
// once. It does nothing else: no generator, no separators, no counters.

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "tests/bench/http_drain.h"
#include "tests/bench/loopback.h"

using namespace dataaction::bench;

namespace {

constexpr size_t kBlock = 64 << 10;

struct File {
  int fd;
  std::string bytes;
};

class Connection {
 public:
  Connection(int fd, const File& file) : fd_(fd), file_(file) {}

  int fd() const { return fd_; }

  // False if the client is gone.
  bool serve() {
    for (;;) {
      while (!unsent_.empty() || at_ < end_) {
        if (unsent_.empty()) next_block();
        const ssize_t n = send(fd_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
        if (n < 0) return errno == EAGAIN;
        unsent_.remove_prefix(static_cast<size_t>(n));
      }
      std::array<char, 4096> bytes;
      const ssize_t n = recv(fd_, bytes.data(), bytes.size(), 0);
      if (n <= 0) return n < 0 && errno == EAGAIN;
      request_.append(bytes.data(), static_cast<size_t>(n));
      if (request_.ends_with("\r\n\r\n")) answer();
    }
  }

 private:
  void answer() {
    from_disk_ = request_.starts_with("GET /disk ");
    request_.clear();
    at_ = 0;
    end_ = file_.bytes.size();
    head_ = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(end_) + "\r\n\r\n";
    unsent_ = head_;
  }

  void next_block() {
    const size_t size = std::min(kBlock, end_ - at_);
    if (from_disk_) {
      if (pread(file_.fd, block_.data(), size, static_cast<off_t>(at_)) !=
          static_cast<ssize_t>(size)) {
        die("cannot read the file");
      }
      unsent_ = {block_.data(), size};
    } else {
      unsent_ = std::string_view(file_.bytes).substr(at_, size);
    }
    at_ += size;
  }

  int fd_;
  const File& file_;
  bool from_disk_ = false;
  size_t at_ = 0;
  size_t end_ = 0;
  std::string request_;
  std::string head_;
  std::string_view unsent_;
  std::array<char, kBlock> block_;
};

void watch(int epoll, int fd, uint32_t events, void* data) {
  epoll_event event{events | EPOLLET, {data}};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == -1) die("epoll_ctl() failed");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) die("usage: copy_server FILE");
  std::ifstream in(argv[1], std::ios::binary);
  const File file{open(argv[1], O_RDONLY | O_CLOEXEC), {std::istreambuf_iterator<char>(in), {}}};
  if (file.fd == -1) die("cannot open the file");
  const int listener = listen_on_loopback();
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  watch(epoll, listener, EPOLLIN, nullptr);
  for (;;) {
    std::array<epoll_event, 64> events;
    const int count = epoll_wait(epoll, events.data(), events.size(), -1);
    for (int i = 0; i < count; ++i) {
      auto* const c = static_cast<Connection*>(events[static_cast<size_t>(i)].data.ptr);
      if (c == nullptr) {
        for (int fd;
             (fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)) != -1;) {
          watch(epoll, fd, EPOLLIN | EPOLLOUT, new Connection(fd, file));
        }
      } else if (!c->serve()) {
        close(c->fd());
        delete c;
      }
    }
  }
}
