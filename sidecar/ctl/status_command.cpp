// `dataactionctl status`.

#include "core/link/frame.h"
#include "sidecar/config_file.h"
#include "sidecar/ctl/command.h"
#include "sidecar/ctl/config_option.h"
#include "sidecar/ctl/output.h"
#include "sidecar/ctl/status_client.h"
#include "sidecar/exit_code.h"

namespace dataaction {
namespace {

class StatusCommand final : public Command {
 public:
  void declare(CommandOptions& options) override {
    const Option by_file = add_config_option(options, file_);
    options.add("--socket", socket_, "the socket, instead of the one in the configuration")
        .type("PATH")
        .excludes(by_file);
    options.add("--format", format_, "json or prometheus")
        .one_of({"json", "prometheus"})
        .show_default();
  }

  int run() override {
    if (socket_.empty()) {
      const auto loaded = load_config(file_);
      if (!loaded) return fail(kExitConfiguration, loaded.error());
      socket_ = loaded->config.listen.path;
    }
    const std::string_view form = format_ == "prometheus" ? frame::kStatusPrometheus : "";
    const auto status = fetch_status(socket_, form, kStatusTimeout);
    if (!status) return fail(kExitFailure, status.error());
    return print_out(*status);
  }

 private:
  std::string file_;
  std::string socket_;
  std::string format_ = "json";
};

}  // namespace

std::unique_ptr<Command> make_status_command() {
  return std::make_unique<StatusCommand>();
}

}  // namespace dataaction
