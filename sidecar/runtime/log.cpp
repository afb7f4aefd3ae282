#include "sidecar/runtime/log.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace dataaction {

namespace {

Result<int> open_file(const std::string& file) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
  if (fd < 0) return std::unexpected(Error::system(-errno, "open log"));
  return fd;
}

}  // namespace

Log::Log(std::string file, int fd, LogLevel level, LogFormat format) noexcept
    : file_(std::move(file)), fd_(fd), level_(level), format_(format) {}

Log::Log(Log&& other) noexcept
    : file_(std::move(other.file_)),
      fd_(std::exchange(other.fd_, -1)),
      level_(other.level_.load()),
      format_(other.format_.load()),
      dropped_(other.dropped_.load()) {}

Log::~Log() {
  if (fd_ >= 0 && fd_ != STDERR_FILENO) ::close(fd_);
}

Result<Log> Log::open(std::string file, LogLevel level, LogFormat format) noexcept {
  if (file.empty()) return Log("", STDERR_FILENO, level, format);
  const Result<int> fd = open_file(file);
  if (!fd) return std::unexpected(fd.error());
  return Log(std::move(file), *fd, level, format);
}

Result<void> Log::reopen() noexcept {
  if (file_.empty()) return {};
  const Result<int> fresh = open_file(file_);
  if (!fresh) return std::unexpected(fresh.error());
  const int status = ::dup3(*fresh, fd_, O_CLOEXEC) < 0 ? -errno : 0;
  ::close(*fresh);
  if (status != 0) return std::unexpected(Error::system(status, "reopen log"));
  return {};
}

void Log::write(LogLevel level, std::string_view event, Fields fields) noexcept {
  if (!enabled(level)) return;
  const auto now = std::chrono::system_clock::now();
  if (!put(format_log_line(format_, now, level, event, {fields.begin(), fields.size()}))) {
    ++dropped_;
    return;
  }
  if (dropped_ == 0) return;
  const uint64_t lost = dropped_.exchange(0);
  const LogField count("lines", lost);
  if (!put(format_log_line(format_, now, LogLevel::kWarn, "log lines dropped", {&count, 1}))) {
    dropped_ += lost;
  }
}

// O_NONBLOCK would do, but stderr's flags are shared with whoever gave it to us.
bool Log::put(std::string_view line) noexcept {
  pollfd writable{.fd = fd_, .events = POLLOUT, .revents = 0};
  if (::poll(&writable, 1, 0) != 1 || (writable.revents & POLLOUT) == 0) return false;
  ssize_t written = 0;
  do {
    written = ::write(fd_, line.data(), line.size());
  } while (written < 0 && errno == EINTR);
  return written >= 0;
}

}  // namespace dataaction
