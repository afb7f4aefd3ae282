// `dataactionctl check`.

#include "sidecar/ctl/command.h"
#include "sidecar/ctl/config_option.h"

namespace dataaction {
namespace {

class CheckCommand final : public Command {
 public:
  void declare(CommandOptions& options) override { add_config_option(options, file_); }
  int run() override { return test_setup(file_, "dataactionctl"); }

 private:
  std::string file_;
};

}  // namespace

std::unique_ptr<Command> make_check_command() {
  return std::make_unique<CheckCommand>();
}

}  // namespace dataaction
