// `dataactionctl completion`: made from the options themselves, so it cannot be out of date.

#include "sidecar/ctl/command.h"
#include "sidecar/ctl/completion.h"
#include "sidecar/ctl/output.h"

namespace dataaction {
namespace {

class CompletionCommand final : public Command {
 public:
  void declare(CommandOptions& options) override {
    options_ = options;
    options.add("SHELL", shell_, "bash, zsh or fish").required().one_of({"bash", "zsh", "fish"});
  }

  int run() override {
    const std::vector<CompletedCommand> commands = options_->describe_all();
    const std::string script = shell_ == "bash"  ? bash_completion(commands)
                               : shell_ == "zsh" ? zsh_completion(commands)
                                                 : fish_completion(commands);
    return print_out(script);
  }

 private:
  std::optional<CommandOptions> options_;
  std::string shell_;
};

}  // namespace

std::unique_ptr<Command> make_completion_command() {
  return std::make_unique<CompletionCommand>();
}

}  // namespace dataaction
