// `dataactionctl token`: whether there is one, and for how long.

#include <fmt/format.h>

#include "core/base/civil_time.h"
#include "sidecar/ctl/command.h"
#include "sidecar/ctl/exit_codes.h"
#include "sidecar/ctl/output.h"
#include "sidecar/ctl/platform_choice.h"
#include "sidecar/ctl/session.h"

namespace dataaction {
namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

class TokenCommand final : public Command {
 public:
  void declare(CommandOptions& options) override {
    choice_.declare(options, "");
    options.flag("--show", show_, "print the token itself, and nothing else, to stdout");
    options.flag("--trace", trace_, "show the request as a curl command");
  }

  int run() override {
    const auto chosen = choice_.choose();
    if (!chosen) return fail(kExitConfiguration, chosen.error());
    auto session = Session::create(trace_);
    if (!session) return fail(kExitFailure, session.error());
    return (*session)->run(show(**session, *chosen));
  }

 private:
  Task<int> show(Session& session, const ChosenPlatform& chosen) const {
    const auto platform = make_platform(chosen, session.services());
    const TokenSource::Got token = co_await platform->token();
    if (!token) co_return fail(token.error());
    if (show_) co_return print_out(*token + '\n');
    std::string life = "not known: the environment has the token";
    if (const auto expires = platform->token_expires()) {
      const auto left = duration_cast<seconds>(*expires - session.clock().now());
      const auto at = duration_cast<seconds>(session.calendar().now()) + left;
      life = fmt::format("{} (in {} s)", format_iso_time(at.count()), left.count());
    }
    co_return print_out(fmt::format("platform  {}\nlogin     {}\nkind      bearer\nexpires   {}\n",
                                    chosen.name, chosen.platform().login_url, life));
  }

  PlatformChoice choice_;
  bool show_ = false;
  bool trace_ = false;
};

}  // namespace

std::unique_ptr<Command> make_token_command() {
  return std::make_unique<TokenCommand>();
}

}  // namespace dataaction
