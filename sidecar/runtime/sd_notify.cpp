#include "sidecar/runtime/sd_notify.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <utility>

namespace dataaction {

namespace {

constexpr timeval kSendTimeout{.tv_sec = 1, .tv_usec = 0};

std::optional<uint64_t> number_in(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  const std::string_view digits(text);
  uint64_t number = 0;
  const auto [end, failed] = std::from_chars(digits.begin(), digits.end(), number);
  if (failed != std::errc() || end != digits.end() || number == 0) return std::nullopt;
  return number;
}

std::optional<std::chrono::microseconds> watchdog_from_environment() {
  const std::optional<uint64_t> interval = number_in("WATCHDOG_USEC");
  const std::optional<uint64_t> pid = number_in("WATCHDOG_PID");
  if (!interval || (pid && *pid != static_cast<uint64_t>(::getpid()))) return std::nullopt;
  return std::chrono::microseconds(*interval);
}

}  // namespace

Result<SdNotify> SdNotify::from_environment() noexcept {
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr || *path == '\0') return SdNotify(-1);

  const std::string_view name(path);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if ((name[0] != '/' && name[0] != '@') || name.size() >= sizeof(address.sun_path)) {
    return std::unexpected(Error::system(-EINVAL, "NOTIFY_SOCKET"));
  }
  name.copy(address.sun_path, name.size());
  // The name of an abstract socket begins with a zero byte and ends where its length says.
  const bool abstract = name[0] == '@';
  if (abstract) address.sun_path[0] = '\0';
  const auto size =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() + (abstract ? 0 : 1));

  SdNotify notify(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (notify.fd_ < 0) return std::unexpected(Error::system(-errno, "NOTIFY_SOCKET"));
  ::setsockopt(notify.fd_, SOL_SOCKET, SO_SNDTIMEO, &kSendTimeout, sizeof(kSendTimeout));
  if (::connect(notify.fd_, reinterpret_cast<const sockaddr*>(&address), size) != 0) {
    return std::unexpected(Error::system(-errno, "NOTIFY_SOCKET"));
  }
  notify.watchdog_interval_ = watchdog_from_environment();
  return notify;
}

SdNotify::SdNotify(SdNotify&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), watchdog_interval_(other.watchdog_interval_) {}

SdNotify::~SdNotify() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void> SdNotify::ready() noexcept {
  return send("READY=1");
}

Result<void> SdNotify::reloading() noexcept {
  // The manager compares this with the time at which it sent us SIGHUP.
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const auto microseconds =
      static_cast<uint64_t>(now.tv_sec) * 1'000'000 + static_cast<uint64_t>(now.tv_nsec) / 1000;
  return send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

Result<void> SdNotify::stopping() noexcept {
  return send("STOPPING=1");
}

Result<void> SdNotify::status(std::string_view text) noexcept {
  std::string state = "STATUS=";
  // A line break would begin another assignment.
  for (const char c : text) state += c == '\n' ? ' ' : c;
  return send(state);
}

Result<void> SdNotify::watchdog() noexcept {
  return send("WATCHDOG=1");
}

Result<void> SdNotify::send(std::string_view state) noexcept {
  if (fd_ < 0) return {};
  ssize_t sent = 0;
  do {
    sent = ::send(fd_, state.data(), state.size(), MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return std::unexpected(Error::system(-errno, "NOTIFY_SOCKET"));
  return {};
}

}  // namespace dataaction
