// `dataactionctl ipranges`: for nginx's configuration, and for cron.

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "core/base/ascii.h"
#include "core/base/civil_time.h"
#include "sidecar/ctl/allow_list.h"
#include "sidecar/ctl/command.h"
#include "sidecar/ctl/exit_codes.h"
#include "sidecar/ctl/file_edit.h"
#include "sidecar/ctl/output.h"
#include "sidecar/ctl/platform_choice.h"
#include "sidecar/ctl/session.h"

namespace dataaction {
namespace {

constexpr mode_t kListMode = 0644;
constexpr size_t kMaxWord = 64;

// What goes into a comment of nginx's configuration.
bool is_word(const std::string& text) {
  return text.size() <= kMaxWord && std::ranges::all_of(text, [](char c) {
           return is_ascii_alnum(c) || c == '-' || c == '_' || c == '.';
         });
}

class IpRangesCommand final : public Command {
 public:
  void declare(CommandOptions& options) override {
    choice_.declare(options, "");
    options.add("--service", list_.filter.service, "of the platform, that calls")
        .type("NAME")
        .show_default();
    options.add("--region", list_.filter.region, "as the platform calls it: eu-west-1; else all")
        .type("NAME");
    options.flag("--deny-all", list_.deny_all, "end with `deny all;`: the list is all there is");
    options.add("-o,--output", output_, "where to: replaced at once, and only if it changes")
        .type("FILE");
    options.flag("-q,--quiet", quiet_, "do not say whether FILE is another now");
    options.flag("--trace", trace_, "show the requests as curl commands");
  }

  int run() override {
    for (const std::string* word : {&list_.filter.service, &list_.filter.region}) {
      if (!is_word(*word)) return fail(kExitUsage, "\"" + *word + "\" is no name");
    }
    const auto chosen = choice_.choose();
    if (!chosen) return fail(kExitConfiguration, chosen.error());
    auto session = Session::create(trace_);
    if (!session) return fail(kExitFailure, session.error());
    return (*session)->run(write(**session, *chosen));
  }

 private:
  Task<int> write(Session& session, const ChosenPlatform& chosen) {
    ApiRequest request;
    request.route = Route::kIpRanges;
    request.path = chosen.platform().paths[static_cast<size_t>(Route::kIpRanges)];
    const auto platform = make_platform(chosen, session.services());
    const PlatformReply reply = co_await platform->call(request);
    if (!reply) co_return fail(reply.error());
    auto ranges = read_ip_ranges(reply->body, list_.filter);
    if (!ranges) co_return fail(kExitIncomplete, ranges.error());
    list_.ranges = std::move(*ranges);
    list_.origin = chosen.platform().api_url + request.path;
    using std::chrono::duration_cast;
    list_.time =
        format_iso_time(duration_cast<std::chrono::seconds>(session.calendar().now()).count());
    const std::string text = format_allow_list(list_);
    if (output_.empty()) co_return print_out(text);
    // Away from the loop, which has to hear of Ctrl-C while somebody else has the lock.
    std::atomic<bool> interrupted = false;
    const auto work = [&] { return replace(text, interrupted); };
    const auto stop = [&]() noexcept { interrupted = true; };
    const Result<int> replaced = co_await session.threads().run(work, stop);
    co_return replaced ? *replaced : fail(kExitFailure, replaced.error().message());
  }

  int replace(const std::string& text, const std::atomic<bool>& interrupted) const {
    const auto newer = [&](const std::string& before) {
      return std::expected<std::string, std::string>(same_directives(before, text) ? before : text);
    };
    const auto edited = edit_file(output_, kListMode, newer, &interrupted);
    if (!edited) return fail(kExitFailure, edited.error());
    if (quiet_) return kExitOk;
    say(*edited ? fmt::format("{} has {} ranges now; nginx has to be reloaded: nginx -s reload",
                              output_, list_.ranges.size())
                : fmt::format("{} stays as it is, with {} ranges", output_, list_.ranges.size()));
    return kExitOk;
  }

  PlatformChoice choice_;
  AllowList list_{.ranges = {}, .origin = {}, .filter = {"data-actions", ""}, .time = {}};
  std::string output_;
  bool quiet_ = false;
  bool trace_ = false;
};

}  // namespace

std::unique_ptr<Command> make_ipranges_command() {
  return std::make_unique<IpRangesCommand>();
}

}  // namespace dataaction
