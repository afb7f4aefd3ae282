// `dataactionctl completion`: made from the options themselves, so it cannot be out of date.

#include <cstdio>

#include <CLI/CLI.hpp>

#include "sidecar/ctl/command.h"
#include "sidecar/ctl/completion.h"
#include "sidecar/exit_code.h"

namespace dataaction {
namespace {

class CompletionCommand final : public Command {
 public:
  void declare(CLI::App& app) override {
    program_ = app.get_parent();
    app.add_option("SHELL", shell_, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  }

  int run() override {
    const std::vector<CompletedCommand> commands = describe();
    const std::string script = shell_ == "bash"  ? bash_completion(commands)
                               : shell_ == "zsh" ? zsh_completion(commands)
                                                 : fish_completion(commands);
    std::fputs(script.c_str(), stdout);
    return kExitOk;
  }

 private:
  std::vector<CompletedCommand> describe() const {
    std::vector<CompletedCommand> commands;
    for (const CLI::App* app : program_->get_subcommands({})) {
      CompletedCommand& command = commands.emplace_back();
      command.name = app->get_name();
      command.does = app->get_description();
      for (const CLI::Option* option : app->get_options()) {
        if (option->get_positional()) continue;
        CompletedOption& completed = command.options.emplace_back();
        for (const std::string& name : option->get_snames()) completed.names.push_back('-' + name);
        for (const std::string& name : option->get_lnames()) completed.names.push_back("--" + name);
        completed.does = option->get_description();
        completed.has_value = option->get_items_expected_max() > 0;
        const std::string type = option->get_type_name();
        completed.is_file = type == "FILE" || type == "PATH";
      }
    }
    return commands;
  }

  const CLI::App* program_ = nullptr;
  std::string shell_;
};

}  // namespace

std::unique_ptr<Command> make_completion_command() {
  return std::make_unique<CompletionCommand>();
}

}  // namespace dataaction
