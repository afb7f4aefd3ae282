#include "sidecar/ctl/commands.h"

#include <array>
#include <utility>
#include <vector>

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
  CommandLine line("dataactionctl",
                   "For the person at the terminal: dataactiond, its webhooks, its platforms.",
                   "dataactionctl/" + std::string(kVersion), kExitCodes);
  std::vector<std::pair<CommandOptions, std::unique_ptr<Command>>> commands;
  for (const Entry& entry : kCommands) {
    auto& [options, command] =
        commands.emplace_back(line.add_command(entry.name, entry.does), entry.make());
    command->declare(options);
  }
  if (const auto done = line.parse(argc, argv)) return *done;
  for (const auto& [options, command] : commands) {
    if (line.names(options)) return command->run();
  }
  return kExitUsage;
}

}  // namespace dataaction
