#include "sidecar/ctl/output.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <filesystem>
#include <random>
#include <system_error>
#include <utility>

#include "sidecar/ctl/command.h"
#include "sidecar/ctl/exit_codes.h"

namespace dataaction {
namespace {

Result<void> failed(const char* what) {
  return std::unexpected(Error::system(-errno, what));
}

std::unexpected<std::string> failed(const std::string& path, int code) {
  return std::unexpected("cannot write \"" + path + "\": " + std::generic_category().message(code));
}

}  // namespace

std::expected<std::unique_ptr<Output>, std::string> Output::make(ThreadPool& threads, int fd) {
  const int stop = ::eventfd(0, EFD_CLOEXEC);
  if (stop < 0) return failed("eventfd", errno);
  return std::unique_ptr<Output>(new Output(threads, fd, stop));
}

std::expected<std::unique_ptr<Output>, std::string> Output::standard(ThreadPool& threads) {
  struct stat status;
  if (::fstat(STDOUT_FILENO, &status) != 0) return failed("standard output", errno);
  auto output = make(threads, STDOUT_FILENO);
  // A pipe that can be written to takes as much without waiting: pipe(7).
  if (output && !S_ISREG(status.st_mode)) (*output)->step_ = PIPE_BUF;
  return output;
}

std::expected<std::unique_ptr<Output>, std::string> Output::file(ThreadPool& threads,
                                                                 const std::string& path) {
  std::error_code error;
  // Behind a symbolic link: the link stays.
  std::string target = std::filesystem::weakly_canonical(path, error);
  if (error) return failed(path, error.value());
  const auto type = std::filesystem::status(target, error).type();
  if (type != std::filesystem::file_type::regular &&
      type != std::filesystem::file_type::not_found) {
    return std::unexpected("\"" + path + "\" is no regular file");
  }
  std::array<char, 20> suffix;
  std::snprintf(suffix.data(), suffix.size(), ".%08x.part", std::random_device()());
  std::string temporary = target + suffix.data();
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) return failed(temporary, errno);
  auto output = make(threads, fd);
  if (!output) {
    ::close(fd);
    ::unlink(temporary.c_str());
    return output;
  }
  (*output)->owned_ = true;
  (*output)->path_ = std::move(target);
  (*output)->temporary_ = std::move(temporary);
  return output;
}

std::unique_ptr<Output> Output::nowhere(ThreadPool& threads) {
  return std::unique_ptr<Output>(new Output(threads, -1, -1));
}

Output::~Output() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  if (owned_) ::close(fd_);
  if (stop_ >= 0) ::close(stop_);
}

Task<Result<void>> Output::write(std::string_view bytes) {
  if (fd_ < 0 || bytes.empty()) co_return Result<void>();
  const auto work = [&] { return write_all(bytes); };
  const auto hurry = [&]() noexcept { ::eventfd_write(stop_, 1); };
  co_return co_await threads_.run(work, hurry);
}

Task<Result<void>> Output::commit() {
  if (temporary_.empty()) co_return Result<void>();
  const auto work = [&] { return give_name(); };
  co_return co_await threads_.run(work);
}

bool Output::on_terminal() const {
  return fd_ >= 0 && ::isatty(fd_) == 1;
}

Result<void> Output::write_all(std::string_view bytes) const {
  while (!bytes.empty()) {
    std::array<pollfd, 2> wait = {{{fd_, POLLOUT, 0}, {stop_, POLLIN, 0}}};
    if (::poll(wait.data(), wait.size(), -1) < 0 && errno != EINTR) return failed("poll");
    if (wait[0].revents == 0) {
      if (wait[1].revents != 0) return std::unexpected(Error(ErrorCode::kCancelled));
      continue;
    }
    const ssize_t written = ::write(fd_, bytes.data(), std::min(bytes.size(), step_));
    if (written < 0 && errno != EINTR && errno != EAGAIN) return failed("write");
    if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

Result<void> Output::give_name() {
  if (::fsync(fd_) != 0) return failed("fsync");
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return failed("rename");
  temporary_.clear();
  return {};
}

int exit_for_output(const Error& error) {
  if (error == Error::system(-EPIPE, "write")) return kExitClosed;
  if (error.cancelled()) return kExitFailure;
  return fail(kExitFailure, "cannot write: " + error.message());
}

int print_out(std::string_view text) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  return written ? kExitOk : exit_for_output(Error::system(-errno, "write"));
}

}  // namespace dataaction
