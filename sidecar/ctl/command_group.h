// Commands of which the command line names one: those of the program, and those that stand behind
// another, as in `key new`.

#pragma once

#include <span>
#include <utility>
#include <vector>

#include "sidecar/ctl/command.h"

namespace dataaction {

struct CommandEntry {
  const char* name;
  const char* does;
  std::unique_ptr<Command> (*make)();
};

class CommandGroup final : public Command {
 public:
  // The entries outlive it.
  explicit CommandGroup(std::span<const CommandEntry> entries) : entries_(entries) {}

  void declare(CommandOptions& options) override;
  int run() override;

 private:
  const std::span<const CommandEntry> entries_;
  std::vector<std::pair<CommandOptions, std::unique_ptr<Command>>> commands_;
};

}  // namespace dataaction
