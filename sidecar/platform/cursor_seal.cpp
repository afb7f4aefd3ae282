#include "sidecar/platform/cursor_seal.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/base/base64url.h"
#include "sidecar/runtime/bug.h"

namespace dataaction {
namespace {

constexpr size_t kCodeSize = 16;

std::string code_of(const CursorSeal::Key& key, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data(),
           &size) == nullptr) {
    bug("OpenSSL has no HMAC-SHA-256");
  }
  return {reinterpret_cast<const char*>(digest.data()), kCodeSize};
}

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ != -1) ::close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

std::unexpected<std::string> failed(std::string_view what, const std::string& path) {
  return std::unexpected(std::string(what) + " \"" + path + "\": " + std::strerror(errno));
}

std::expected<CursorSeal::Key, std::string> read_key(const std::string& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.fd() == -1) return failed("cannot open", path);
  CursorSeal::Key key;
  struct stat info{};
  if (::fstat(file.fd(), &info) != 0) return failed("cannot open", path);
  if (!S_ISREG(info.st_mode) || static_cast<size_t>(info.st_size) != key.size() ||
      ::read(file.fd(), key.data(), key.size()) != static_cast<ssize_t>(key.size())) {
    return std::unexpected('"' + path + "\" is not a key of " + std::to_string(key.size()) +
                           " bytes; remove it to have a new one made");
  }
  if ((info.st_mode & 0077) != 0) {
    return std::unexpected('"' + path + "\" may be used by others than its owner");
  }
  return key;
}

// Written beside and linked, so that whoever finds the file finds all of it, and the first one
// wins.
std::expected<void, std::string> write_key(const std::string& path, const CursorSeal::Key& key) {
  const std::string beside = path + '.' + std::to_string(::getpid());
  ::unlink(beside.c_str());
  const File file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.fd() == -1) return failed("cannot create", path);
  const bool written =
      ::write(file.fd(), key.data(), key.size()) == static_cast<ssize_t>(key.size()) &&
      ::fsync(file.fd()) == 0;
  const bool linked = written && (::link(beside.c_str(), path.c_str()) == 0 || errno == EEXIST);
  const int error = errno;
  ::unlink(beside.c_str());
  errno = error;
  if (!linked) return failed("cannot write", path);
  return {};
}

}  // namespace

std::string CursorSeal::seal(std::string_view bytes) const {
  return base64url_encode(code_of(key_, bytes).append(bytes));
}

std::optional<std::string> CursorSeal::open(std::string_view text) const {
  const auto sealed = base64url_decode(text);
  if (!sealed || sealed->size() < kCodeSize) return std::nullopt;
  const std::string_view bytes = std::string_view(*sealed).substr(kCodeSize);
  const std::string code = code_of(key_, bytes);
  if (CRYPTO_memcmp(code.data(), sealed->data(), kCodeSize) != 0) return std::nullopt;
  return std::string(bytes);
}

std::expected<CursorSeal::Key, std::string> random_cursor_key() {
  CursorSeal::Key key;
  if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1) {
    return std::unexpected("no randomness for a key");
  }
  return key;
}

std::expected<CursorSeal::Key, std::string> load_cursor_key(const std::string& state_path) {
  const std::string path = state_path + "/cursor.key";
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) {
    const auto key = random_cursor_key();
    if (!key) return key;
    if (auto written = write_key(path, *key); !written) {
      return std::unexpected(std::move(written.error()));
    }
  }
  return read_key(path);
}

}  // namespace dataaction
