#include "sidecar/ctl/command_group.h"

#include "sidecar/exit_code.h"

namespace dataaction {

void CommandGroup::declare(CommandOptions& options) {
  for (const CommandEntry& entry : entries_) {
    auto& [its_options, command] =
        commands_.emplace_back(options.add_command(entry.name, entry.does), entry.make());
    command->declare(its_options);
  }
}

int CommandGroup::run() {
  for (const auto& [options, command] : commands_) {
    if (options.named()) return command->run();
  }
  return kExitUsage;
}

}  // namespace dataaction
