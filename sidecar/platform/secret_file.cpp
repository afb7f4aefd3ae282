#include "sidecar/platform/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>

namespace dataaction {
namespace {

using Text = std::expected<std::string, std::string>;

std::unexpected<std::string> refused(const std::string& path, std::string_view why) {
  std::string message = "the secret file \"" + path + "\" ";
  message += why;
  return std::unexpected(std::move(message));
}

std::unexpected<std::string> unreadable(const std::string& path, int code) {
  std::string message = "cannot read the secret file \"" + path + "\" (" + std::to_string(code);
  message.append(": ").append(std::generic_category().message(code)).append(1, ')');
  return std::unexpected(std::move(message));
}

// At most a byte more than a secret and its newline may have.
Text read_text(int fd, const std::string& path) {
  std::string text(kMaxSecretSize + 2, '\0');
  size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(fd, text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(path, errno);
    if (got == 0) break;
    size += static_cast<size_t>(got);
  }
  text.resize(size);
  return text;
}

Text read_checked(int fd, const std::string& path) {
  struct stat status;
  if (::fstat(fd, &status) != 0) return unreadable(path, errno);
  if (!S_ISREG(status.st_mode)) return refused(path, "is no regular file");
  if ((status.st_mode & S_IROTH) != 0) return refused(path, "is readable by everybody");
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return refused(path, "is writable by others than its owner");
  }
  Text text = read_text(fd, path);
  if (!text) return text;
  if (text->ends_with('\n')) text->pop_back();
  if (text->empty()) return refused(path, "is empty");
  if (text->size() > kMaxSecretSize) {
    return refused(path, "is larger than " + std::to_string(kMaxSecretSize) + " bytes");
  }
  if (std::ranges::any_of(*text, [](unsigned char c) { return c < ' ' || c == 0x7f; })) {
    return refused(path, "has more than one line, or control characters");
  }
  return text;
}

}  // namespace

std::expected<std::string, std::string> read_secret(const std::string& path) {
  // Without waiting for whoever would write to a FIFO.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return unreadable(path, errno);
  Text text = read_checked(fd, path);
  ::close(fd);
  return text;
}

}  // namespace dataaction
