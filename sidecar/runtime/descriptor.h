// Owns a file descriptor.

#pragma once

#include <unistd.h>

namespace dataaction {

class Descriptor {
 public:
  // Of what open() and the like return: -1 is none.
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  int get() const { return fd_; }

 private:
  const int fd_;
};

}  // namespace dataaction
