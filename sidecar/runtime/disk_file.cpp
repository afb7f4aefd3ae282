#include "sidecar/runtime/disk_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "sidecar/runtime/descriptor.h"
#include "sidecar/runtime/error.h"

namespace dataaction {

std::expected<std::string, std::string> read_disk_file(const std::string& path, size_t max_size) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return std::unexpected(failed_call("open", path, errno));
  std::string text;
  size_t size = 0;
  for (;;) {
    static constexpr size_t kPiece = 64 << 10;
    text.resize(size + kPiece);
    const ssize_t got = ::read(file.get(), text.data() + size, kPiece);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(failed_call("read", path, errno));
    size += static_cast<size_t>(got);
    if (size > max_size) return std::unexpected(failed_call("read", path, EFBIG));
    if (got == 0) break;
  }
  text.resize(size);
  return text;
}

}  // namespace dataaction
