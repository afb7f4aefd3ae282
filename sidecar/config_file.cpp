#include "sidecar/config_file.h"

#include <glob.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/config/conf_parser.h"
#include "sidecar/runtime/disk_file.h"
#include "sidecar/runtime/error.h"

namespace dataaction {
namespace {

class DiskFiles final : public ConfFiles {
 public:
  std::expected<std::string, std::string> read(const std::string& path) override {
    return read_disk_file(path, kMaxConfFileSize);
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
  for (ActionConfig& action : config.actions) {
    resolve(action.contract_file);
    resolve(action.upstream.client_secret_file);
    resolve(action.upstream.ca_file);
    for (SecretHeader& header : action.secret_headers) resolve(header.file);
    if (action.basic) resolve(action.basic->password_file);
    if (action.certificate) {
      resolve(action.certificate->file);
      resolve(action.certificate->key_file);
    }
  }
  for (SourceConfig& source : config.sources) {
    if (auto* search = std::get_if<SearchSource>(&source.kind)) resolve(search->body_file);
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
