#include "sidecar/link/listen_socket.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

#include "sidecar/runtime/error.h"

namespace dataaction {
namespace {

// Two instances do not race for it: only the one with the lock makes it.
constexpr std::string_view kTemporarySuffix = "~";
constexpr std::string_view kLockSuffix = ".lock";

// errno is that of `call`.
std::unexpected<ListenFailure> failed(std::string_view call, const std::string& path) {
  return std::unexpected(ListenFailure{failed_call(call, path, errno)});
}

std::optional<gid_t> find_group(const std::string& name) {
  std::vector<char> buffer(1024);
  group entry{};
  group* found = nullptr;
  while (::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) == ERANGE) {
    buffer.resize(2 * buffer.size());
  }
  if (found == nullptr) return std::nullopt;
  return found->gr_gid;
}

std::expected<OwnedFd, ListenFailure> lock(const std::string& path) {
  const std::string file = path + std::string(kLockSuffix);
  OwnedFd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (fd.get() < 0) return failed("open", file);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
  if (errno != EWOULDBLOCK) return failed("flock", file);
  return std::unexpected(
      ListenFailure{"dataactiond is already running: \"" + file + "\" is locked", true});
}

// Both descriptors hold the one lock.
std::expected<OwnedFd, ListenFailure> share(const OwnedFd& lock) {
  OwnedFd fd(::fcntl(lock.get(), F_DUPFD_CLOEXEC, 0));
  if (fd.get() < 0) return failed("fcntl", "lock");
  return fd;
}

// Whatever else is at the path was not made by us.
std::expected<void, ListenFailure> check_replaceable(const std::string& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0 || S_ISSOCK(status.st_mode)) return {};
  return std::unexpected(ListenFailure{'"' + path + "\" exists and is not a socket"});
}

std::expected<OwnedFd, ListenFailure> listen_at(const std::string& path,
                                                const ListenConfig& config) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());

  OwnedFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd.get() < 0) return failed("socket", path);
  // Linux gives the file the mode of the socket: so there is no instant with a wider one, and no
  // umask, which is the whole process's.
  if (::fchmod(fd.get(), 0600) != 0) return failed("fchmod", path);
  ::unlink(path.c_str());
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    return failed("bind", path);
  }
  if (!config.group.empty()) {
    const auto group = find_group(config.group);
    if (!group || ::chown(path.c_str(), static_cast<uid_t>(-1), *group) != 0) {
      return failed("chown", path);
    }
  }
  if (::chmod(path.c_str(), config.mode) != 0) return failed("chmod", path);
  if (::listen(fd.get(), config.backlog) != 0) return failed("listen", path);
  return fd;
}

}  // namespace

OwnedFd::~OwnedFd() {
  if (fd_ >= 0) ::close(fd_);
}

std::expected<void, std::string> check_listen(const ListenConfig& config) {
  if (config.path.size() + kTemporarySuffix.size() >= sizeof(sockaddr_un::sun_path)) {
    return std::unexpected("too long path \"" + config.path + "\" in \"listen\" directive");
  }
  if (!config.group.empty() && !find_group(config.group)) {
    return std::unexpected("unknown group \"" + config.group + "\" in \"listen\" directive");
  }
  return {};
}

std::expected<ListenSocket, ListenFailure> ListenSocket::open(const ListenConfig& config,
                                                              const ListenSocket* previous) {
  if (auto checked = check_listen(config); !checked) {
    return std::unexpected(ListenFailure{std::move(checked.error())});
  }
  const bool in_place = previous != nullptr && previous->path_ == config.path;
  auto locked = in_place ? share(previous->lock_) : lock(config.path);
  if (!locked) return std::unexpected(std::move(locked.error()));
  if (auto free = check_replaceable(config.path); !free) {
    return std::unexpected(std::move(free.error()));
  }

  ListenSocket socket(config.path, std::move(*locked));
  const std::string temporary = config.path + std::string(kTemporarySuffix);
  auto listening = listen_at(temporary, config);
  struct stat status{};
  if (listening && ::lstat(temporary.c_str(), &status) != 0) listening = failed("lstat", temporary);
  if (listening && ::rename(temporary.c_str(), config.path.c_str()) != 0) {
    listening = failed("rename", temporary);
  }
  if (!listening) {
    ::unlink(temporary.c_str());
    return std::unexpected(std::move(listening.error()));
  }
  socket.fd_ = std::move(*listening);
  socket.device_ = status.st_dev;
  socket.inode_ = status.st_ino;
  return socket;
}

ListenSocket::ListenSocket(ListenSocket&& other) noexcept
    : path_(std::move(other.path_)),
      lock_(std::move(other.lock_)),
      fd_(std::move(other.fd_)),
      device_(other.device_),
      inode_(std::exchange(other.inode_, 0)) {}

ListenSocket::~ListenSocket() {
  remove_file();
}

void ListenSocket::remove_file() noexcept {
  struct stat status{};
  if (inode_ != 0 && ::lstat(path_.c_str(), &status) == 0 && status.st_dev == device_ &&
      status.st_ino == inode_) {
    ::unlink(path_.c_str());
  }
  inode_ = 0;
}

}  // namespace dataaction
