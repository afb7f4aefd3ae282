// A secret that is in no file, as a file: secrets are read from files (see
// sidecar/platform/secret_file.h), and one that the environment holds should not get onto a disk
// for that. memfd_create(2).

#pragma once

#include <expected>
#include <string>
#include <utility>

namespace dataaction {

class SecretMemory {
 public:
  static std::expected<SecretMemory, std::string> create(const std::string& secret);

  SecretMemory(SecretMemory&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  SecretMemory& operator=(SecretMemory&&) = delete;
  ~SecretMemory();

  // Good in this process, while this lives.
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

 private:
  explicit SecretMemory(int fd) : fd_(fd) {}

  int fd_;
};

}  // namespace dataaction
