#include "ngx_module/conf_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace dataaction {
namespace {

// (std::ifstream throws for a directory.)
int read_all(int fd, size_t max_size, std::string& text) {
  char piece[4096];
  ssize_t size;
  while ((size = read(fd, piece, sizeof(piece))) > 0) {
    text.append(piece, static_cast<size_t>(size));
    if (text.size() > max_size) return EFBIG;
  }
  return size < 0 ? errno : 0;
}

}  // namespace

std::string ConfFileError::reason() const {
  return '(' + std::to_string(code) + ": " + std::strerror(code) + ')';
}

std::expected<std::string, ConfFileError> read_conf_file(const std::string& path, size_t max_size) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd == -1) return std::unexpected(ConfFileError{"open", errno});
  std::string text;
  const int error = read_all(fd, max_size, text);
  close(fd);
  if (error != 0) return std::unexpected(ConfFileError{"read", error});
  return text;
}

}  // namespace dataaction
