#include "sidecar/ctl/action_call.h"

#include <fmt/format.h>

#include "core/json/json_reader.h"
#include "sidecar/ctl/action_request.h"
#include "sidecar/ctl/command.h"
#include "sidecar/ctl/exit_codes.h"
#include "sidecar/ctl/http_tee.h"
#include "sidecar/ctl/output.h"

namespace dataaction {
namespace {

Task<Result<void>> pass_on(std::string_view piece, Output& output,
                           std::optional<Error>& unwritten) {
  const Result<void> written = co_await output.write(piece);
  if (!written) unwritten = written.error();
  co_return written;
}

}  // namespace

Task<int> call_action(Session& session, const ChosenPlatform& chosen, const ActionCall& call) {
  auto output = call.output.empty() ? Output::standard(session.threads())
                                    : Output::file(session.threads(), call.output);
  if (!output) co_return fail(kExitFailure, output.error());
  const ApiRequest request = action_request(chosen.platform(), call.id, call.input);
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

}  // namespace dataaction
