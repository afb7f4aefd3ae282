#include "sidecar/setup.h"

#include <sys/stat.h>

#include <cstdio>
#include <utility>

#include "sidecar/actions/action_check.h"
#include "sidecar/config_file.h"
#include "sidecar/exit_code.h"
#include "sidecar/link/listen_socket.h"
#include "sidecar/platform/platform_check.h"
#include "sidecar/sources/search_body.h"

namespace dataaction {
namespace {

// Not whether it is there: systemd makes it when it starts the daemon.
std::expected<void, ConfigError> check_state_path(const Config& config) {
  struct stat status;
  if (config.state_path.empty() || ::stat(config.state_path.c_str(), &status) != 0) return {};
  if (S_ISDIR(status.st_mode)) return {};
  return std::unexpected(
      ConfigError{"\"" + config.state_path + "\" is not a directory", config.state_path_at});
}

}  // namespace

std::expected<Setup, std::string> load_setup(const std::string& file) {
  auto loaded = load_config(file);
  if (!loaded) return std::unexpected(std::move(loaded.error()));
  const ListenConfig& listen = loaded->config.listen;
  if (auto checked = check_listen(listen); !checked) {
    return std::unexpected(describe(ConfigError{std::move(checked.error()), listen.at}));
  }
  Setup setup;
  setup.warnings = std::move(loaded->warnings);
  setup.log_file = loaded->config.log.file;
  if (auto checked = check_state_path(loaded->config); !checked) {
    return std::unexpected(describe(checked.error()));
  }
  if (auto checked = check_platforms(loaded->config); !checked) {
    return std::unexpected(describe(checked.error()));
  }
  if (auto read = load_search_bodies(loaded->config); !read) {
    return std::unexpected(describe(read.error()));
  }
  auto contracts = check_actions(loaded->config);
  if (!contracts) return std::unexpected(describe(contracts.error()));
  setup.contracts = std::move(*contracts);
  auto checked = check_config(std::move(loaded->config));
  if (!checked) return std::unexpected(describe(checked.error()));
  setup.checked = std::move(*checked);
  return setup;
}

int test_setup(const std::string& file, const char* program) {
  const auto setup = load_setup(file);
  if (!setup) {
    std::fprintf(stderr, "%s: [emerg] %s\n", program, setup.error().c_str());
    std::fprintf(stderr, "%s: configuration file %s test failed\n", program, file.c_str());
    return kExitConfiguration;
  }
  for (const std::string& warning : setup->warnings) {
    std::fprintf(stderr, "%s: [warn] %s\n", program, warning.c_str());
  }
  std::fprintf(stderr, "%s: the configuration file %s syntax is ok\n", program, file.c_str());
  std::fprintf(stderr, "%s: configuration file %s test is successful\n", program, file.c_str());
  return kExitOk;
}

}  // namespace dataaction
