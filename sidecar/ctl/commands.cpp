#include "sidecar/ctl/commands.h"

#include <cstdio>

#include <CLI/CLI.hpp>

#include "sidecar/config_file.h"
#include "sidecar/ctl/api_key_maker.h"
#include "sidecar/ctl/status_client.h"
#include "sidecar/exit_code.h"
#include "sidecar/link/version.h"
#include "sidecar/setup.h"

namespace dataaction {
namespace {

constexpr std::chrono::seconds kStatusTimeout{5};

int fail(int code, const std::string& message) {
  std::fprintf(stderr, "dataactionctl: %s\n", message.c_str());
  return code;
}

int status(const std::string& config_file, std::string socket) {
  if (socket.empty()) {
    const auto loaded = load_config(config_file);
    if (!loaded) return fail(kExitConfiguration, loaded.error());
    socket = loaded->config.listen.path;
  }
  const auto record = fetch_status(socket, kStatusTimeout);
  if (!record) return fail(kExitFailure, record.error());
  std::puts(record->c_str());
  return kExitOk;
}

int make_key(const std::string& label) {
  const auto made = make_api_key(label);
  if (!made) return fail(kExitUsage, made.error());
  std::fprintf(stderr, "The key, shown this once; send it as X-API-Key:\n%s\n", made->key.c_str());
  std::fprintf(stderr, "The line for dataaction_api_key_file:\n");
  std::puts(made->line.c_str());
  return kExitOk;
}

}  // namespace

int run_command(int argc, const char* const* argv) {
  CLI::App app("Looks after dataactiond, the sidecar of nginx's dataaction module.",
               "dataactionctl");
  app.set_version_flag("-v,--version", "dataactionctl/" + std::string(kVersion));
  app.require_subcommand(1);

  std::string file = kDefaultConfig;
  std::string socket;
  std::string label;
  const auto add_config = [&](CLI::App* command) {
    return command->add_option("-c", file, "nginx.conf, or a file with the dataaction block")
        ->type_name("FILE")
        ->capture_default_str();
  };
  CLI::App* on_status = app.add_subcommand("status", "print the status of dataactiond as JSON");
  CLI::Option* by_file = add_config(on_status);
  on_status->add_option("--socket", socket, "the socket, instead of the one in the configuration")
      ->type_name("PATH")
      ->excludes(by_file);
  CLI::App* on_check = app.add_subcommand(
      "check", "test the configuration, databases and SQL included, as dataactiond -t does");
  add_config(on_check);
  CLI::App* on_key = app.add_subcommand(
      "key", "make an API key: the key goes to stderr, its line for the key file to stdout");
  on_key->add_option("LABEL", label, "what logs call the key's owner")->required();
  app.footer("Exit codes: 0 done, 1 the configuration is wrong, 2 usage, 4 no answer.");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  if (*on_status) return status(file, socket);
  if (*on_check) return test_setup(file, "dataactionctl");
  return make_key(label);
}

}  // namespace dataaction
