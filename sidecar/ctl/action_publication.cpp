#include "sidecar/ctl/action_publication.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/json/json_object.h"
#include "sidecar/ctl/action_difference.h"
#include "sidecar/ctl/action_draft.h"
#include "sidecar/ctl/action_test_report.h"
#include "sidecar/ctl/command.h"
#include "sidecar/ctl/exit_codes.h"
#include "sidecar/ctl/output.h"
#include "sidecar/ctl/tutorial_action.h"

namespace dataaction {
namespace {

bool is_tutorial(const ChosenPlatform& chosen) {
  return chosen.platform().dialect == Dialect::kTutorial;
}

int not_in_tutorial(const char* what) {
  return fail(kExitUsage,
              fmt::format("the tutorial's dialect has nothing to {} an action with", what));
}

// Why the platform would not take the change, before it is asked.
std::optional<int> refusal(const ActionTarget& target, const ActionWork& work) {
  if (!target.exists() && work.target.integration.empty()) {
    return fail(kExitUsage, "there is no action \"" + work.action.name +
                                "\": --integration has to say which one it is to belong to");
  }
  if (target.id.starts_with("static")) {
    return fail(kExitRefused, "the action " + target.id + " is built in: nobody can change it");
  }
  if (!target.published) return std::nullopt;
  std::vector<ActionChange> changes = compare_actions(*target.published, work.action);
  std::erase_if(changes, [](const ActionChange& change) { return !change.in_contract(); });
  if (changes.empty()) return std::nullopt;
  return fail(
      kExitRefused,
      fmt::format("the action {} has been published, and the contract of such a one cannot be "
                  "changed:\n{}Nothing has been sent. Either give the action in the file "
                  "another name, and take that one into the flows; or delete {} on the "
                  "platform, which takes it away from its flows, and publish it anew.",
                  target.id, describe(changes), target.id));
}

int print_published(const ActionDefinition& action) {
  std::string out;
  {
    JsonObject line(out);
    line.string("id", action.id);
    line.string("name", action.name);
    if (!action.integration_id.empty()) line.string("integrationId", action.integration_id);
    if (action.version) line.number("version", *action.version);
  }
  return print_out(out += '\n');
}

// By the tutorials, an action is made at once.
Task<int> publish_by_tutorial(Session& session, const ChosenPlatform& chosen,
                              const ActionWork& work) {
  if (!work.target.id.empty()) co_return not_in_tutorial("change");
  const auto body = tutorial_action(work.action);
  if (!body) co_return fail(kExitUsage, body.error());
  const auto platform = make_platform(chosen, session.services());
  ActionsApi api(*platform);
  if (work.dry_run) co_return print_out(fmt::format("POST {}\n{}\n", api.path(""), *body));
  const PlatformReply reply = co_await api.send("POST", api.path(""), *body);
  if (!reply) co_return fail(reply.error());
  const auto made = read_action(reply->body);
  if (!made) co_return fail(malformed(api.platform(), made.error()));
  if (!has_good_id(*made)) co_return fail(malformed(api.platform(), kNoGoodId));
  co_return print_published(*made);
}

Task<std::expected<ActionTarget, int>> find_and_judge(ActionsApi& api, const ActionWork& work) {
  std::expected<ActionTarget, int> target =
      co_await find_target(api, work.target, work.action.name);
  if (!target) co_return target;
  if (const auto refused = refusal(*target, work)) co_return std::unexpected(*refused);
  co_return target;
}

}  // namespace

Task<int> diff_action(Session& session, const ChosenPlatform& chosen, const ActionWork& work) {
  if (is_tutorial(chosen)) co_return not_in_tutorial("look at");
  const auto platform = make_platform(chosen, session.services());
  ActionsApi api(*platform);
  const auto target = co_await find_target(api, work.target, work.action.name);
  if (!target) co_return target.error();
  if (!target->exists()) {
    say("there is no action \"" + work.action.name + "\": all of it is new");
  } else if (!target->published) {
    say("the action " + target->id + " has not been published: this is its draft");
  }
  const auto changes =
      compare_actions(target->exists() ? target->current() : ActionDefinition(), work.action);
  if (const int code = print_out(describe(changes)); code != kExitOk) co_return code;
  if (target->published && std::ranges::any_of(changes, &ActionChange::in_contract)) {
    say("the contract of a published action cannot be changed");
  }
  co_return target->published&& changes.empty() ? kExitOk : kExitIncomplete;
}

Task<int> publish_action(Session& session, const ChosenPlatform& chosen, const ActionWork& work) {
  if (is_tutorial(chosen)) co_return co_await publish_by_tutorial(session, chosen, work);
  const auto platform = make_platform(chosen, session.services());
  ActionsApi api(*platform);
  const auto target = co_await find_and_judge(api, work);
  if (!target) co_return target.error();
  if (target->published && compare_actions(*target->published, work.action).empty()) {
    say("the action is published as it is in the file: nothing is sent");
    if (target->draft) {
      say(fmt::format("there is a draft of it, which stays as it is: actions show --draft {}",
                      target->id));
    }
    co_return work.dry_run ? kExitOk : print_published(*target->published);
  }
  RemoteDraft draft(api, *target, {work.action, work.target.integration, work.dry_run});
  RemoteDraft::Ended ended = co_await draft.put();
  if (!ended) ended = co_await draft.validate();
  if (!ended) ended = co_await draft.publish();
  if (ended) co_return *ended;
  if (work.dry_run) co_return kExitOk;
  const auto published = read_action(draft.answer());
  co_return print_published(*published);
}

Task<int> test_action(Session& session, const ChosenPlatform& chosen, const ActionWork& work) {
  if (is_tutorial(chosen)) co_return not_in_tutorial("test");
  const auto platform = make_platform(chosen, session.services());
  ActionsApi api(*platform);
  const auto target = co_await find_and_judge(api, work);
  if (!target) co_return target.error();
  RemoteDraft draft(api, *target, {work.action, work.target.integration, false});
  RemoteDraft::Ended ended = co_await draft.put();
  if (!ended) ended = co_await draft.test(work.input);
  if (ended) co_return *ended;
  const auto report = read_test_report(draft.answer());
  if (!report) co_return fail(malformed(api.platform(), report.error()));
  if (const int code = print_out(report->text); code != kExitOk) co_return code;
  say(fmt::format("the draft of action {} was tested; it is not published", draft.id()));
  co_return report->success ? kExitOk : kExitIncomplete;
}

}  // namespace dataaction
