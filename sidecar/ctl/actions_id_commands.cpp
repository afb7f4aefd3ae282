// `dataactionctl actions show`, `export` and `execute`: what is done with one that has an id.

#include "sidecar/ctl/action_call.h"
#include "sidecar/ctl/action_file.h"
#include "sidecar/ctl/actions_api.h"
#include "sidecar/ctl/actions_commands.h"
#include "sidecar/ctl/exit_codes.h"
#include "sidecar/ctl/input_option.h"
#include "sidecar/ctl/output.h"

namespace dataaction {
namespace {

class ReadCommand : public Command {
 public:
  void declare(CommandOptions& options) override {
    options.add("ACTION_ID", id_, "the action's id").required();
    choice_.declare(options, "");
    options.flag("--draft", draft_, "its draft, instead of what is published");
    options.add("-o,--output", output_, "where to: appears when it is whole").type("FILE");
    options.flag("--trace", trace_, "show the requests as curl commands");
  }

  int run() override {
    const auto chosen = choice_.choose();
    if (!chosen) return fail(kExitConfiguration, chosen.error());
    if (chosen->platform().dialect == Dialect::kTutorial) {
      return fail(kExitUsage, "the tutorial's dialect has nothing to look at an action with");
    }
    auto session = Session::create(trace_);
    if (!session) return fail(kExitFailure, session.error());
    return (*session)->run(read(**session, *chosen));
  }

 protected:
  virtual std::string text_of(const ActionDefinition& action) const = 0;

 private:
  Task<int> read(Session& session, const ChosenPlatform& chosen) const {
    const auto platform = make_platform(chosen, session.services());
    ActionsApi api(*platform);
    const ActionsApi::Found action =
        co_await api.find(id_, draft_ ? ActionState::kDraft : ActionState::kPublished);
    if (!action) co_return fail(action.error());
    if (!*action) {
      co_return fail(kExitRefused, "there is no " + std::string(draft_ ? "draft of" : "published") +
                                       " action " + id_);
    }
    const std::string text = text_of(**action);
    auto output = output_.empty() ? Output::standard(session.threads())
                                  : Output::file(session.threads(), output_);
    if (!output) co_return fail(kExitFailure, output.error());
    Result<void> done = co_await (*output)->write(text);
    if (done) done = co_await (*output)->commit();
    co_return done ? kExitOk : exit_for_output(done.error());
  }

  PlatformChoice choice_;
  std::string id_;
  bool draft_ = false;
  std::string output_;
  bool trace_ = false;
};

class ShowCommand final : public ReadCommand {
 protected:
  std::string text_of(const ActionDefinition& action) const override { return show_action(action); }
};

class ExportCommand final : public ReadCommand {
 protected:
  std::string text_of(const ActionDefinition& action) const override {
    return export_action(action);
  }
};

class ExecuteCommand final : public Command {
 public:
  void declare(CommandOptions& options) override {
    options.add("ACTION_ID", call_.id, "the action's id").required();
    choice_.declare(options, "dataactions:execute");
    input_.declare(options);
    options.add("--contract", contract_, "of the action, for the types of its input").type("FILE");
    options.add("-o,--output", call_.output, "where to: appears when it is whole").type("FILE");
    options.flag("--trace", trace_, "show the requests as curl commands");
  }

  int run() override {
    const auto chosen = choice_.choose();
    if (!chosen) return fail(kExitConfiguration, chosen.error());
    if (const auto bad = read_input()) return *bad;
    auto session = Session::create(trace_);
    if (!session) return fail(kExitFailure, session.error());
    return (*session)->run(call_action(**session, *chosen, call_));
  }

 private:
  // An exit code: there is none, or it is not good.
  std::optional<int> read_input() {
    std::optional<ActionFile> file;
    if (!contract_.empty()) {
      auto read = read_action_file(contract_);
      if (!read) return fail(kExitConfiguration, read.error());
      file.emplace(std::move(*read));
    }
    auto input = input_.choose(file ? input_types(file->contract) : TypeOfParameter());
    if (!input) return fail(kExitUsage, input.error());
    const std::string mistakes = file ? input_mistakes(file->contract, *input) : "";
    if (!mistakes.empty()) return fail(kExitUsage, mistakes);
    call_.input = std::move(*input);
    return std::nullopt;
  }

  PlatformChoice choice_;
  InputOption input_;
  std::string contract_;
  ActionCall call_;
  bool trace_ = false;
};

}  // namespace

std::unique_ptr<Command> make_actions_show_command() {
  return std::make_unique<ShowCommand>();
}

std::unique_ptr<Command> make_actions_export_command() {
  return std::make_unique<ExportCommand>();
}

std::unique_ptr<Command> make_actions_execute_command() {
  return std::make_unique<ExecuteCommand>();
}

}  // namespace dataaction
