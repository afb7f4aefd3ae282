// `dataactionctl actions diff`, `publish` and `test`: the options. action_publication.h does it.

#include "core/base/units.h"
#include "sidecar/ctl/action_file.h"
#include "sidecar/ctl/action_publication.h"
#include "sidecar/ctl/action_warnings.h"
#include "sidecar/ctl/actions_commands.h"
#include "sidecar/ctl/exit_codes.h"
#include "sidecar/ctl/input_option.h"

namespace dataaction {
namespace {

using Work = Task<int> (*)(Session&, const ChosenPlatform&, const ActionWork&);

// What the three have.
class FileCommand : public Command {
 public:
  void declare(CommandOptions& options) override {
    options.add("FILE", file_, "of the action, as the platform exports it").required();
    choice_.declare(options, "api:read dataactions:execute");
    options.add("--id", work_.target.id, "of the action, instead of its name").type("ID");
    options.flag("--trace", trace_, "show the requests as curl commands");
  }

 protected:
  // Those that say where an action is to be, and what is wrong with it.
  void declare_change(CommandOptions& options) {
    options.add("--integration", work_.target.integration, "of the platform, for a new action")
        .type("ID");
    options.add("--deadline", deadline_, "the webhook's dataaction_deadline")
        .type("TIME")
        .show_default();
    options.flag("--strict", strict_, "warnings are errors");
  }

  // The file; an exit code: it is not good.
  std::optional<int> read() {
    auto file = read_action_file(file_);
    if (!file) return fail(kExitConfiguration, file.error());
    work_.action = std::move(file->action);
    contract_.emplace(std::move(file->contract));
    return std::nullopt;
  }
  std::optional<int> warn() const {
    const auto deadline = parse_time(deadline_);
    if (!deadline) return fail(kExitUsage, "--deadline: \"" + deadline_ + "\" is no time");
    const auto warnings = action_warnings(work_.action, *deadline);
    for (const std::string& warning : warnings) {
      say((strict_ ? "error: " : "warning: ") + file_ + ": " + warning);
    }
    return strict_ && !warnings.empty() ? std::optional<int>(kExitConfiguration) : std::nullopt;
  }

  int work_with(Work work) {
    const auto chosen = choice_.choose();
    if (!chosen) return fail(kExitConfiguration, chosen.error());
    auto session = Session::create(trace_);
    if (!session) return fail(kExitFailure, session.error());
    return (*session)->run(work(**session, *chosen, work_));
  }

  PlatformChoice choice_;
  std::string file_;
  std::string deadline_ = "28s";
  bool strict_ = false;
  bool trace_ = false;
  ActionWork work_;
  std::optional<Contract> contract_;  // when the file has been read
};

class DiffCommand final : public FileCommand {
 public:
  int run() override {
    if (const auto bad = read()) return *bad;
    return work_with(diff_action);
  }
};

class PublishCommand final : public FileCommand {
 public:
  void declare(CommandOptions& options) override {
    FileCommand::declare(options);
    declare_change(options);
    options.flag("--dry-run", work_.dry_run, "show the requests that would change something");
  }

  int run() override {
    if (const auto bad = read()) return *bad;
    if (const auto bad = warn()) return *bad;
    return work_with(publish_action);
  }
};

class TestCommand final : public FileCommand {
 public:
  void declare(CommandOptions& options) override {
    FileCommand::declare(options);
    declare_change(options);
    input_.declare(options);
  }

  int run() override {
    if (const auto bad = read()) return *bad;
    if (const auto bad = warn()) return *bad;
    auto input = input_.choose(input_types(*contract_));
    if (!input) return fail(kExitUsage, input.error());
    if (const std::string mistakes = input_mistakes(*contract_, *input); !mistakes.empty()) {
      return fail(kExitUsage, mistakes);
    }
    work_.input = std::move(*input);
    return work_with(test_action);
  }

 private:
  InputOption input_;
};

}  // namespace

std::unique_ptr<Command> make_actions_diff_command() {
  return std::make_unique<DiffCommand>();
}

std::unique_ptr<Command> make_actions_publish_command() {
  return std::make_unique<PublishCommand>();
}

std::unique_ptr<Command> make_actions_test_command() {
  return std::make_unique<TestCommand>();
}

}  // namespace dataaction
