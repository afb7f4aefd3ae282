// `dataactionctl actions list`.

#include <fmt/format.h>

#include "core/base/form_encoding.h"
#include "sidecar/ctl/actions_api.h"
#include "sidecar/ctl/actions_commands.h"
#include "sidecar/ctl/exit_codes.h"
#include "sidecar/ctl/format_option.h"
#include "sidecar/ctl/output.h"
#include "sidecar/ctl/platform_choice.h"
#include "sidecar/ctl/session.h"

namespace dataaction {
namespace {

class ListCommand final : public Command {
 public:
  void declare(CommandOptions& options) override {
    choice_.declare(options, "");
    options.add("--name", name_, "only those, as the platform filters").type("NAME");
    options.add("--category", category_, "only those of it").type("NAME");
    options.flag("--draft", drafts_, "drafts, instead of what is published");
    format_.declare(options);
    options.add("-o,--output", output_, "where to: appears when it is whole").type("FILE");
    options.flag("--trace", trace_, "show the requests as curl commands");
  }

  int run() override {
    const auto chosen = choice_.choose();
    if (!chosen) return fail(kExitConfiguration, chosen.error());
    if (chosen->platform().dialect == Dialect::kTutorial) {
      return fail(kExitUsage, "the tutorial's dialect has no list of actions");
    }
    auto session = Session::create(trace_);
    if (!session) return fail(kExitFailure, session.error());
    return (*session)->run(list(**session, *chosen));
  }

 private:
  std::string filter() const {
    std::string filter;
    for (const auto& [name, value] : {std::pair("&name=", &name_), {"&category=", &category_}}) {
      if (value->empty()) continue;
      filter += name;
      append_url_encoded(filter, *value);
    }
    return filter;
  }

  Task<int> list(Session& session, const ChosenPlatform& chosen) const {
    auto output = output_.empty() ? Output::standard(session.threads())
                                  : Output::file(session.threads(), output_);
    if (!output) co_return fail(kExitFailure, output.error());
    const auto platform = make_platform(chosen, session.services());
    ActionsApi api(*platform);
    const auto formatter =
        format_.make({"id", "name", "category", "integrationId", "secure", "version"});
    const ActionState state = drafts_ ? ActionState::kDraft : ActionState::kPublished;
    for (unsigned number = 1;; ++number) {
      if (number > ActionsApi::kMaxPages) {
        co_return fail(kExitIncomplete, fmt::format("there are more than {} pages of actions",
                                                    ActionsApi::kMaxPages));
      }
      const ActionsApi::FoundPage page = co_await api.page(state, filter(), number);
      if (!page) co_return fail(page.error());
      std::string text;
      formatter->add(page->records, text);
      if (page->last) formatter->end(text);
      const Result<void> written = co_await (*output)->write(text);
      if (!written) co_return exit_for_output(written.error());
      if (page->last) break;
    }
    const Result<void> done = co_await (*output)->commit();
    co_return done ? kExitOk : exit_for_output(done.error());
  }

  PlatformChoice choice_;
  std::string name_;
  std::string category_;
  bool drafts_ = false;
  FormatOption format_{RecordFormat::kTable};
  std::string output_;
  bool trace_ = false;
};

}  // namespace

std::unique_ptr<Command> make_actions_list_command() {
  return std::make_unique<ListCommand>();
}

}  // namespace dataaction
