// LoopTest with a connected pair of streams: `stream` is under test, `peer` is the other end, once
// as a UnixStream too and once as a plain descriptor.

#pragma once

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <optional>
#include <string>

#include "sidecar/runtime/unix_stream.h"
#include "tests/sidecar/runtime/loop_fixture.h"

namespace dataaction {

// A plain descriptor, closed at the end.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  ~Descriptor() { close(); }

  int get() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
};

// Bound to an abstract name that the kernel picks: no file, no collision.
class ListeningSocket {
 public:
  ListeningSocket() : fd_(socket()) {
    address_.sun_family = AF_UNIX;
    size_ = sizeof(sa_family_t);
    if (::bind(fd_, address(), size_) != 0) std::abort();
    size_ = sizeof(address_);
    if (::getsockname(fd_, address(), &size_) != 0) std::abort();
  }

  // Whoever takes it closes it. Once.
  int take() const { return fd_; }

  int connect() const {
    const int fd = socket();
    connect(fd);
    return fd;
  }
  void connect(int fd) const {
    EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address_), size_), 0);
  }

 private:
  static int socket() { return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); }
  sockaddr* address() { return reinterpret_cast<sockaddr*>(&address_); }

  int fd_;
  sockaddr_un address_{};
  socklen_t size_ = 0;
};

class StreamTest : public LoopTest {
 protected:
  explicit StreamTest(std::array<int, 2> fds = socket_pair())
      : stream(std::move(*UnixStream::adopt(loop, fds[0]))), peer(fds[1]) {}

  void TearDown() override {
    stream.reset();
    LoopTest::TearDown();
  }

  void peer_sends(std::string_view bytes) const {
    EXPECT_EQ(::send(peer.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }

  // All that is there, without waiting.
  std::string peer_receives() const {
    std::string all;
    std::array<char, 65536> buffer;
    for (;;) {
      const ssize_t size = ::recv(peer.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (size <= 0) return all;
      all.append(buffer.data(), static_cast<size_t>(size));
    }
  }

  std::optional<UnixStream> stream;
  Descriptor peer;
};

// What one read gives, or an error's name in brackets.
inline Task<std::string> read_text(UnixStream& stream, size_t room = 64) {
  std::string buffer(room, '\0');
  const Result<size_t> size = co_await stream.read_some(buffer);
  if (!size) co_return "(" + std::string(name_of(size.error().code())) + ")";
  co_return buffer.substr(0, *size);
}

}  // namespace dataaction
