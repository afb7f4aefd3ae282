// The Unix socket that workers connect to, on the file system.
//
// It is made under a temporary name beside its own, is open to nobody until it has its owner and
// mode, and is renamed when it listens: a stale one is replaced, and no moment shows a socket that
// is half made. PATH.lock is locked as long as this lives, so that a second instance is refused;
// that file stays.
//
// The socket's file is removed at the end, unless somebody has put another one in its place.

#pragma once

#include <sys/types.h>

#include <expected>
#include <string>
#include <utility>

#include "core/config/config.h"

namespace dataaction {

struct ListenFailure {
  std::string message;  // as nginx says it
  bool already_running = false;
};

// A descriptor, closed at the end.
class OwnedFd {
 public:
  explicit OwnedFd(int fd = -1) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(other.release()) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~OwnedFd();

  int get() const { return fd_; }
  int release() noexcept { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

class ListenSocket {
 public:
  // `previous` is one of this process: at the same path, the new one takes its place.
  static std::expected<ListenSocket, ListenFailure> open(const ListenConfig& config,
                                                         const ListenSocket* previous = nullptr);
  ListenSocket(ListenSocket&& other) noexcept;
  ListenSocket& operator=(ListenSocket&&) = delete;
  ~ListenSocket();

  // The listening socket, once; it is the caller's then.
  int release_fd() noexcept { return fd_.release(); }

  // Nobody finds it any more. May be called again.
  void remove_file() noexcept;

  const std::string& path() const { return path_; }

 private:
  ListenSocket(std::string path, OwnedFd lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;
  OwnedFd lock_;
  OwnedFd fd_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

// What `listen` asks for and the system must know, without making a socket: an error is a message.
std::expected<void, std::string> check_listen(const ListenConfig& config);

}  // namespace dataaction
