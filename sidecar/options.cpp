#include "sidecar/options.h"

#include <cstdio>

#include <CLI/CLI.hpp>

#include "sidecar/exit_code.h"
#include "sidecar/link/version.h"
#include "sidecar/setup.h"

namespace dataaction {

std::expected<Options, int> parse_options(int argc, const char* const* argv) {
  Options options;
  options.config_file = kDefaultConfig;
  CLI::App app("Answers the requests of nginx's dataaction module. Stays in the foreground.",
               "dataactiond");
  app.set_version_flag("-v,--version", "dataactiond/" + std::string(kVersion));
  app.add_option("-c", options.config_file, "nginx.conf, or a file with the dataaction block")
      ->type_name("FILE")
      ->capture_default_str();
  app.add_flag("-t", options.test, "test the configuration, databases and SQL included, and exit");
  app.footer("Signals: TERM, INT stop; HUP reloads; USR1 reopens the log.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return std::unexpected(app.exit(error) == 0 ? kExitOk : kExitUsage);
  }
  return options;
}

}  // namespace dataaction
