#include "sidecar/ctl/commands.h"

#include <array>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "sidecar/ctl/command.h"
#include "sidecar/ctl/exit_codes.h"
#include "sidecar/link/version.h"

namespace dataaction {
namespace {

struct Entry {
  const char* name;
  const char* does;
  std::unique_ptr<Command> (*make)();
};

constexpr std::array<Entry, 9> kCommands = {{
    {"stream", "ask a webhook, and check its answer as it arrives", make_stream_command},
    {"search", "search conversations on a platform", make_search_command},
    {"invoke", "execute a Data Action on a platform", make_invoke_command},
    {"token", "ask a platform for an access token", make_token_command},
    {"doctor", "say what is wrong, and what to do", make_doctor_command},
    {"check", "test the configuration, databases and SQL included, as dataactiond -t does",
     make_check_command},
    {"status", "print the status of dataactiond as JSON", make_status_command},
    {"key", "make an API key: the key goes to stderr, its line for the key file to stdout",
     make_key_command},
    {"completion", "print the completion of a shell", make_completion_command},
}};

constexpr const char* kExitCodes =
    "Exit codes: 0 done, 1 the configuration is wrong or an answer incomplete, 2 usage, 4 no "
    "answer,\n"
    "5 not accepted, 6 refused, 7 not available, 130 interrupted, 141 standard output closed.";

}  // namespace

int run_command(int argc, const char* const* argv) {
  CLI::App app("For the person at the terminal: dataactiond, its webhooks, its platforms.",
               "dataactionctl");
  app.set_version_flag("-v,--version", "dataactionctl/" + std::string(kVersion));
  app.require_subcommand(1);
  app.footer(kExitCodes);

  std::vector<std::pair<CLI::App*, std::unique_ptr<Command>>> commands;
  for (const Entry& entry : kCommands) {
    CLI::App* const on = app.add_subcommand(entry.name, entry.does);
    commands.emplace_back(on, entry.make());
    commands.back().second->declare(*on);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  for (const auto& [on, command] : commands) {
    if (*on) return command->run();
  }
  return kExitUsage;
}

}  // namespace dataaction
