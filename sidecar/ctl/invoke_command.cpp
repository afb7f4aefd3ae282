// `dataactionctl invoke`: executes a Data Action, and prints its answer as it arrives.

#include <fmt/format.h>

#include "core/json/json_reader.h"
#include "sidecar/ctl/action_request.h"
#include "sidecar/ctl/command.h"
#include "sidecar/ctl/exit_codes.h"
#include "sidecar/ctl/http_tee.h"
#include "sidecar/ctl/output.h"
#include "sidecar/ctl/parameters.h"
#include "sidecar/ctl/platform_choice.h"
#include "sidecar/ctl/session.h"

namespace dataaction {
namespace {

class InvokeCommand final : public Command {
 public:
  void declare(CommandOptions& options) override {
    options.add("ACTION_ID", id_, "the action's id").required();
    choice_.declare(options, "dataactions:execute");
    const Option body =
        options.add("--body", body_, "the input, a JSON object; -: standard input").type("FILE");
    options.add("-p,--param", parameters_, "of the input; a value that is JSON is taken as JSON")
        .type("NAME=VALUE")
        .excludes(body);
    options.add("-o,--output", output_, "where to: appears when it is whole").type("FILE");
    options.flag("--trace", trace_, "show the requests as curl commands");
  }

  int run() override {
    const auto chosen = choice_.choose();
    if (!chosen) return fail(kExitConfiguration, chosen.error());
    const auto input = choose_parameters(parameters_, body_);
    if (!input) return fail(kExitUsage, input.error());
    auto session = Session::create(trace_);
    if (!session) return fail(kExitFailure, session.error());
    return (*session)->run(invoke(**session, *chosen, *input));
  }

 private:
  Task<int> invoke(Session& session, const ChosenPlatform& chosen, const std::string& input) const {
    auto output = output_.empty() ? Output::standard(session.threads())
                                  : Output::file(session.threads(), output_);
    if (!output) co_return fail(kExitFailure, output.error());
    const ApiRequest request = action_request(chosen.platform(), id_, input);
    std::optional<Error> unwritten;
    HttpTee tee(session.http(), chosen.platform().api_url + request.path,
                [&](std::string_view piece) { return pass_on(piece, **output, unwritten); });
    const PlatformServices& services = session.services();
    const auto platform = make_platform(chosen, {tee, services.clock, services.calendar,
                                                 services.random, services.files, services.log});
    const PlatformReply reply = co_await platform->call(request);
    if (unwritten) co_return exit_for_output(*unwritten);
    if (!reply) co_return fail(reply.error());
    if (const auto error = JsonChecker().check(reply->body)) {
      co_return fail(kExitIncomplete, fmt::format("the action's answer is not JSON: byte {}: {}",
                                                  error->offset, error->what));
    }
    if ((*output)->on_terminal()) static_cast<void>(co_await (*output)->write("\n"));
    if (const Result<void> done = co_await (*output)->commit(); !done) {
      co_return exit_for_output(done.error());
    }
    co_return kExitOk;
  }

  static Task<Result<void>> pass_on(std::string_view piece, Output& output,
                                    std::optional<Error>& unwritten) {
    const Result<void> written = co_await output.write(piece);
    if (!written) unwritten = written.error();
    co_return written;
  }

  PlatformChoice choice_;
  std::string id_;
  std::vector<std::string> parameters_;
  std::string body_;
  std::string output_;
  bool trace_ = false;
};

}  // namespace

std::unique_ptr<Command> make_invoke_command() {
  return std::make_unique<InvokeCommand>();
}

}  // namespace dataaction
