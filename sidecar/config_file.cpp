#include "sidecar/config_file.h"

#include <fcntl.h>
#include <glob.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/config/conf_parser.h"
#include "sidecar/runtime/error.h"

namespace dataaction {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

class DiskFiles final : public ConfFiles {
 public:
  std::expected<std::string, std::string> read(const std::string& path) override {
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
      if (size > kMaxConfFileSize) return std::unexpected(failed_call("read", path, EFBIG));
      if (got == 0) break;
    }
    text.resize(size);
    return text;
  }

  std::expected<std::vector<std::string>, std::string> glob(const std::string& pattern) override {
    glob_t found{};
    const int status = ::glob(pattern.c_str(), 0, nullptr, &found);
    std::vector<std::string> paths;
    if (status == 0) paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    ::globfree(&found);
    if (status == GLOB_NOSPACE) return std::unexpected(failed_call("glob", pattern, ENOMEM));
    if (status != 0 && status != GLOB_NOMATCH)
      return std::unexpected(failed_call("glob", pattern, EIO));
    return paths;
  }
};

// Of the paths that the sidecar opens.
void resolve_paths(Config& config, std::string_view directory) {
  const auto resolve = [directory](std::string& path) {
    if (!path.empty()) path = resolve_path(path, directory);
  };
  resolve(config.log.file);
  resolve(config.state_path);
  for (PlatformConfig& platform : config.platforms) {
    resolve(platform.client_secret_file);
    resolve(platform.ca_file);
  }
}

}  // namespace

std::expected<LoadedConfig, std::string> load_config(const std::string& path) {
  std::error_code failure;
  const std::string main_file = std::filesystem::absolute(path, failure);
  if (failure) return std::unexpected(failed_call("getcwd", path, failure.value()));

  DiskFiles files;
  auto parsed = parse_conf(main_file, files);
  if (!parsed) return std::unexpected(describe(parsed.error()));
  LoadedConfig loaded{std::move(parsed->config), conf_directory(main_file), {}};
  resolve_paths(loaded.config, loaded.directory);
  for (const ConfigError& warning : parsed->warnings) loaded.warnings.push_back(describe(warning));
  return loaded;
}

}  // namespace dataaction
