// `dataactionctl invoke`: the options. action_call.h does it.

#include "sidecar/ctl/action_call.h"
#include "sidecar/ctl/command.h"
#include "sidecar/ctl/exit_codes.h"
#include "sidecar/ctl/parameters.h"

namespace dataaction {
namespace {

class InvokeCommand final : public Command {
 public:
  void declare(CommandOptions& options) override {
    options.add("ACTION_ID", call_.id, "the action's id").required();
    choice_.declare(options, "dataactions:execute");
    const Option body =
        options.add("--body", body_, "the input, a JSON object; -: standard input").type("FILE");
    options.add("-p,--param", parameters_, "of the input; a value that is JSON is taken as JSON")
        .type("NAME=VALUE")
        .excludes(body);
    options.add("-o,--output", call_.output, "where to: appears when it is whole").type("FILE");
    options.flag("--trace", trace_, "show the requests as curl commands");
  }

  int run() override {
    const auto chosen = choice_.choose();
    if (!chosen) return fail(kExitConfiguration, chosen.error());
    auto input = choose_parameters(parameters_, body_);
    if (!input) return fail(kExitUsage, input.error());
    call_.input = std::move(*input);
    auto session = Session::create(trace_);
    if (!session) return fail(kExitFailure, session.error());
    return (*session)->run(call_action(**session, *chosen, call_));
  }

 private:
  PlatformChoice choice_;
  ActionCall call_;
  std::vector<std::string> parameters_;
  std::string body_;
  bool trace_ = false;
};

}  // namespace

std::unique_ptr<Command> make_invoke_command() {
  return std::make_unique<InvokeCommand>();
}

}  // namespace dataaction
