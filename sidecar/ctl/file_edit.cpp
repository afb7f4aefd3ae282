#include "sidecar/ctl/file_edit.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <random>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include "sidecar/runtime/descriptor.h"
#include "sidecar/runtime/disk_file.h"

namespace dataaction {
namespace {

constexpr std::chrono::milliseconds kLockStep{20};
constexpr std::chrono::seconds kLockTime{10};

std::unexpected<std::string> failed(const char* what, const std::string& path, int code) {
  std::string message = "cannot ";
  message.append(what).append(" \"").append(path).append("\": ");
  return std::unexpected(message + std::generic_category().message(code));
}

// Has a name of its own until it is given another.
class NewFile {
 public:
  explicit NewFile(const std::string& target) : target_(target), name_(target + suffix()) {}
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (fd_ < 0) return;
    ::close(fd_);
    if (!name_.empty()) ::unlink(name_.c_str());
  }

  // `like`: whose mode and owner it gets; nothing: `mode`, as umask lets it.
  std::expected<void, std::string> write(std::string_view text, mode_t mode,
                                         const std::optional<struct stat>& like) {
    fd_ = ::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, like ? 0600 : mode);
    if (fd_ < 0) return failed("write", name_, errno);
    // The owner first: to change it takes bits of the mode away.
    if (like && (::fchown(fd_, like->st_uid, like->st_gid) != 0 ||
                 ::fchmod(fd_, like->st_mode & 07777) != 0)) {
      return failed("give its mode and owner to what replaces", target_, errno);
    }
    while (!text.empty()) {
      const ssize_t written = ::write(fd_, text.data(), text.size());
      if (written < 0 && errno != EINTR) return failed("write", name_, errno);
      if (written > 0) text.remove_prefix(static_cast<size_t>(written));
    }
    if (::fsync(fd_) != 0) return failed("write", name_, errno);
    return {};
  }

  std::expected<void, std::string> take_the_name(int directory) {
    if (::rename(name_.c_str(), target_.c_str()) != 0) return failed("write", target_, errno);
    name_.clear();
    // Of the name, which is the directory's. Too late for an error: the file is there.
    static_cast<void>(::fsync(directory));
    return {};
  }

 private:
  static std::string suffix() {
    std::array<char, 20> text;
    std::snprintf(text.data(), text.size(), ".%08x.part", std::random_device()());
    return text.data();
  }

  const std::string& target_;
  std::string name_;
  int fd_ = -1;
};

// Not by waiting in the kernel, where Ctrl-C would not end it.
bool lock_for_edit(int directory, const std::atomic<bool>* interrupted) {
  for (unsigned tries = 0; ::flock(directory, LOCK_EX | LOCK_NB) != 0; ++tries) {
    if (errno != EWOULDBLOCK && errno != EINTR) return false;
    if (tries * kLockStep >= kLockTime) return false;
    if (interrupted != nullptr && *interrupted) {
      errno = EINTR;
      return false;
    }
    std::this_thread::sleep_for(kLockStep);
  }
  return true;
}

// What there is of it is resolved: behind a symbolic link the link stays.
std::expected<std::filesystem::path, std::string> find_target(const std::string& path) {
  std::error_code error;
  std::filesystem::path file = std::filesystem::absolute(path, error);
  if (!error) file = std::filesystem::weakly_canonical(file, error);
  if (error) return failed("write", path, error.value());
  if (std::filesystem::is_symlink(file, error)) {
    return std::unexpected("\"" + path + "\" is a symbolic link to what is not there");
  }
  return file;
}

}  // namespace

std::expected<bool, std::string> edit_file(const std::string& path, mode_t mode,
                                           const TextEdit& edit,
                                           const std::atomic<bool>* interrupted) {
  const auto file = find_target(path);
  if (!file) return std::unexpected(file.error());
  const std::string directory = file->parent_path();
  const Descriptor lock(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (lock.get() < 0) return failed("write", path, errno);
  if (!lock_for_edit(lock.get(), interrupted)) {
    return failed("lock the directory of", path, errno);
  }

  const std::string target = *file;
  std::optional<struct stat> status(std::in_place);
  std::string text;
  if (::stat(target.c_str(), &*status) != 0) {
    if (errno != ENOENT) return failed("write", target, errno);
    status.reset();
  } else if (!S_ISREG(status->st_mode)) {
    return std::unexpected("\"" + path + "\" is no regular file");
  } else {
    auto read = read_disk_file(target, kMaxEditedFile);
    if (!read) return std::unexpected(std::move(read.error()));
    text = std::move(*read);
  }
  const auto edited = edit(text);
  if (!edited) return std::unexpected(edited.error());
  if (status && *edited == text) return false;
  NewFile made(target);
  if (auto written = made.write(*edited, mode, status); !written) {
    return std::unexpected(std::move(written.error()));
  }
  if (auto named = made.take_the_name(lock.get()); !named) {
    return std::unexpected(std::move(named.error()));
  }
  return true;
}

}  // namespace dataaction
