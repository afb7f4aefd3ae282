#include "sidecar/ctl/status_client.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "core/link/frame.h"

namespace dataaction {
namespace {

using std::unexpected;

class Connection {
 public:
  explicit Connection(std::chrono::seconds timeout)
      : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{.tv_sec = timeout.count(), .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    if (fd_ >= 0) ::close(fd_);
  }

  // Each false with errno set.
  bool connect(const std::string& path) {
    if (fd_ < 0) return false;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) {
      errno = ENAMETOOLONG;
      return false;
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    return ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }

  bool send(const std::string& bytes) {
    return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }

  bool receive(std::string& bytes, size_t size) {
    bytes.resize(size);
    for (size_t at = 0; at < size;) {
      const ssize_t got = ::recv(fd_, bytes.data() + at, size - at, 0);
      if (got == 0) errno = ECONNRESET;
      if (got <= 0) return false;
      at += static_cast<size_t>(got);
    }
    return true;
  }

 private:
  int fd_;
};

unexpected<std::string> failed(const char* what, const std::string& path) {
  const std::string why = std::generic_category().message(errno);
  return unexpected(std::string(what) + " \"" + path + "\": " + why);
}

}  // namespace

std::expected<std::string, std::string> fetch_status(const std::string& socket_path,
                                                     std::string_view form,
                                                     std::chrono::seconds timeout) {
  Connection connection(timeout);
  if (!connection.connect(socket_path)) return failed("cannot connect to", socket_path);
  frame::Request question;
  question.kind = frame::Kind::kStatus;
  question.name = form;
  std::string request;
  frame::encode(request, question);
  if (!connection.send(request)) return failed("cannot send to", socket_path);

  std::string text;
  std::string bytes;
  for (;;) {
    if (!connection.receive(bytes, frame::kHeaderSize))
      return failed("no answer from", socket_path);
    const auto header = frame::decode_header(bytes);
    if (!header) return unexpected("bad answer: " + header.error());
    if (!connection.receive(bytes, header->length)) return failed("no answer from", socket_path);
    if (header->type == frame::Type::kError) {
      const auto error = frame::decode_error(bytes);
      return unexpected(error ? "refused: " + error->reply.message : error.error());
    }
    if (header->type == frame::Type::kEnd) break;
    // A DATA frame without a cursor.
    if (header->type == frame::Type::kData && bytes.size() > 2) text.append(bytes, 2);
  }
  if (!text.ends_with('\n')) return unexpected("bad answer: no status in it");
  return text;
}

}  // namespace dataaction
