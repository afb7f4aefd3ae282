#include "sidecar/ctl/commands.h"

#include <array>

#include "sidecar/ctl/command_group.h"
#include "sidecar/ctl/exit_codes.h"
#include "sidecar/link/version.h"

namespace dataaction {
namespace {

constexpr std::array<CommandEntry, 11> kCommands = {{
    {"stream", "ask a webhook, and check its answer as it arrives", make_stream_command},
    {"search", "search conversations on a platform", make_search_command},
    {"invoke", "execute a Data Action on a platform", make_invoke_command},
    {"actions", "the Data Actions of a platform, from their files to their execution",
     make_actions_command},
    {"token", "ask a platform for an access token", make_token_command},
    {"ipranges", "write the addresses that a platform calls from as nginx's `allow`",
     make_ipranges_command},
    {"doctor", "say what is wrong, and what to do", make_doctor_command},
    {"check", "test the configuration, databases and SQL included, as dataactiond -t does",
     make_check_command},
    {"status", "print the status of dataactiond as JSON", make_status_command},
    {"key", "make, list and revoke the API keys of webhooks", make_key_command},
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
  CommandGroup commands(kCommands);
  CommandOptions options = line.options();
  commands.declare(options);
  if (const auto done = line.parse(argc, argv)) return *done;
  return commands.run();
}

}  // namespace dataaction
