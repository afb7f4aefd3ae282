// `dataactionctl doctor`: asks everybody involved, and says what is wrong and what to do.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/platform/region.h"
#include "core/search/search_request.h"
#include "sidecar/config_file.h"
#include "sidecar/ctl/command.h"
#include "sidecar/ctl/exit_codes.h"
#include "sidecar/ctl/findings.h"
#include "sidecar/ctl/nginx_test.h"
#include "sidecar/ctl/output.h"
#include "sidecar/ctl/platform_choice.h"
#include "sidecar/ctl/session.h"
#include "sidecar/ctl/status_client.h"

namespace dataaction {
namespace {

// An answer's status and Date.
struct Answered {
  HttpResult<int> status;
  std::string date;
};

Task<Answered> ask(Session& session, const PlatformConfig& platform, const std::string& url) {
  HttpRequest request;
  request.url = url + '/';
  request.ca_file = platform.ca_file;
  request.limits.connect_timeout = platform.connect_timeout;
  request.limits.stall_timeout = platform.connect_timeout;
  auto exchange = co_await session.http().open(request);
  Answered answered;
  if (!exchange) {
    answered.status = std::unexpected(std::move(exchange.error()));
    co_return answered;
  }
  const HttpHead& head = (*exchange)->head();
  answered.status = head.status;
  answered.date = head.headers.find("Date").value_or("");
  co_return answered;
}

// The least that a search can be.
ApiRequest cheap_search(const PlatformConfig& platform, std::chrono::seconds now) {
  ApiRequest request;
  request.method = "POST";
  request.path = platform.paths[static_cast<size_t>(Route::kSearch)];
  SearchSource search;
  search.page_size = 1;
  if (platform.dialect == Dialect::kTutorial) {
    search.backend = SearchBackend::kTutorialSearch;
    request.body = tutorial_search_body(search, "status:completed", "");
  } else {
    const IsoInterval hour{now.count() - 3600, now.count()};
    request.body = details_query_body(search, "", hour, 1);
  }
  return request;
}

std::string_view needed_by(Dialect dialect) {
  return dialect == Dialect::kTutorial ? "or its scope what the message names (`scope`)"
                                       : "the permission analytics:conversationDetail:view";
}

bool is_of_genesys(const PlatformConfig& platform) {
  return std::ranges::any_of(
      regions(), [&](const Region& region) { return urls_of(region).api == platform.api_url; });
}

class DoctorCommand final : public Command {
 public:
  void declare(CommandOptions& options) override {
    choice_.declare(options, "search:query");
    options.add("--nginx-conf", nginx_conf_, "what nginx -t tests, if not nginx's own")
        .type("FILE");
    options.flag("--trace", trace_, "show the requests as curl commands");
  }

  int run() override {
    auto session = Session::create(trace_);
    if (!session) return fail(kExitFailure, session.error());
    return (*session)->run(examine(**session));
  }

 private:
  Task<int> examine(Session& session) {
    scope_ = &co_await current_scope();
    const auto chosen = choice_.choose();
    if (!chosen) {
      tell(wrong("platform", chosen.error(), "name one with -c and --platform, or GENESYSCLOUD_*"));
    } else {
      co_await examine_platform(session, *chosen);
    }
    co_await examine_sidecar(session);
    co_await examine_nginx(session);
    if (scope_->reason()) co_return kExitFailure;
    if (printed_ != kExitOk) co_return printed_;
    co_return wrong_ > 0 ? kExitIncomplete : kExitOk;
  }

  Task<> examine_platform(Session& session, const ChosenPlatform& chosen) {
    const PlatformConfig& config = chosen.platform();
    tell(ok("platform", fmt::format("{}, dialect {}{}", chosen.name, name_of(config.dialect),
                                    is_of_genesys(config) ? "" : ", no region of Genesys Cloud")));
    const Answered api = co_await ask(session, config, config.api_url);
    tell(connection_finding("api", config.api_url, api.status));
    if (config.login_url != config.api_url) {
      const Answered login = co_await ask(session, config, config.login_url);
      tell(connection_finding("login", config.login_url, login.status));
    }
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(session.calendar().now());
    if (api.status) tell(clock_finding(api.date, now));

    const auto platform = make_platform(chosen, session.services());
    const TokenSource::Got token = co_await platform->token();
    tell(token_finding(token ? std::nullopt : std::optional(token.error())));
    if (!token) {
      tell(skipped("permissions", "not without a token"));
      co_return;
    }
    const ApiRequest request = cheap_search(config, now);
    const PlatformReply reply = co_await platform->call(request);
    tell(permission_finding(reply ? std::nullopt : std::optional(reply.error()),
                            needed_by(config.dialect)));
  }

  Task<> examine_sidecar(Session& session) {
    if (!choice_.names_file() && !std::filesystem::exists(choice_.config_file())) {
      tell(skipped("sidecar", "there is no " + choice_.config_file()));
      co_return;
    }
    const auto loaded = load_config(choice_.config_file());
    if (!loaded) {
      tell(wrong("sidecar", loaded.error(), "correct the configuration, or name it with -c"));
      co_return;
    }
    const std::string& socket = loaded->config.listen.path;
    const auto work = [&] { return fetch_status(socket, {}, kStatusTimeout); };
    const auto status = co_await session.threads().run(work);
    if (!status) co_return;
    tell(*status ? ok("sidecar", "answers at " + socket)
                 : wrong("sidecar", status->error(),
                         "start it: `systemctl start dataactiond`; its log says why it does not"));
  }

  Task<> examine_nginx(Session& session) {
    const auto work = [&] { return test_nginx(nginx_conf_); };
    const auto tested = co_await session.threads().run(work);
    if (!tested) co_return;
    tell(*tested
             ? ok("nginx", "takes its configuration")
             : wrong("nginx", tested->error(), "correct what it says; it needs root to read all"));
  }

  void tell(const Finding& finding) {
    if (scope_->reason()) return;  // of a question that was cut short nothing follows
    if (finding.state == Finding::State::kWrong) ++wrong_;
    if (printed_ == kExitOk) printed_ = print_out(text_of(finding));
  }

  PlatformChoice choice_;
  std::string nginx_conf_;
  bool trace_ = false;
  const CancelScope* scope_ = nullptr;
  unsigned wrong_ = 0;
  int printed_ = kExitOk;
};

}  // namespace

std::unique_ptr<Command> make_doctor_command() {
  return std::make_unique<DoctorCommand>();
}

}  // namespace dataaction
