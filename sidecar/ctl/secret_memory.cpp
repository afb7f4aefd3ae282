#include "sidecar/ctl/secret_memory.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace dataaction {

std::expected<SecretMemory, std::string> SecretMemory::create(const std::string& secret) {
  SecretMemory memory(::memfd_create("secret", MFD_CLOEXEC));
  const auto size = static_cast<ssize_t>(secret.size());
  if (memory.fd_ < 0 || ::fchmod(memory.fd_, 0600) != 0 ||
      ::write(memory.fd_, secret.data(), secret.size()) != size) {
    return std::unexpected("no memory for the secret: " + std::generic_category().message(errno));
  }
  return memory;
}

SecretMemory::~SecretMemory() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace dataaction
