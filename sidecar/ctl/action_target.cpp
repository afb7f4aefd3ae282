#include "sidecar/ctl/action_target.h"

#include <fmt/format.h>

#include <set>

#include "core/base/form_encoding.h"
#include "sidecar/ctl/command.h"
#include "sidecar/ctl/exit_codes.h"
#include "sidecar/ctl/platform_choice.h"

namespace dataaction {
namespace {

using Ids = std::set<std::string>;

std::string_view take_line(std::string_view& lines) {
  const std::string_view line = lines.substr(0, lines.find('\n'));
  lines.remove_prefix(std::min(lines.size(), line.size() + 1));
  return line;
}

// False: one has no good id.
bool add_ids(std::string_view records, const TargetChoice& choice, const std::string& name,
             Ids& ids) {
  while (!records.empty()) {
    const auto action = read_action(take_line(records));
    // The platform's filter is generous.
    if (!action || action->name != name) continue;
    if (!choice.integration.empty() && action->integration_id != choice.integration) continue;
    if (!has_good_id(*action)) return false;
    ids.insert(action->id);
  }
  return true;
}

// Published or not, in as many pages as there are.
Task<std::expected<Ids, PlatformFailure>> find_ids(ActionsApi& api, const TargetChoice& choice,
                                                   const std::string& name) {
  std::string filter = "&name=";
  append_url_encoded(filter, name);
  Ids ids;
  for (const ActionState state : {ActionState::kPublished, ActionState::kDraft}) {
    for (unsigned number = 1; number <= ActionsApi::kMaxPages; ++number) {
      const ActionsApi::FoundPage page = co_await api.page(state, filter, number);
      if (!page) co_return std::unexpected(page.error());
      if (!add_ids(page->records, choice, name, ids)) {
        co_return std::unexpected(malformed(api.platform(), kNoGoodId));
      }
      if (page->last) break;
    }
  }
  co_return ids;
}

int several(const Ids& ids, const std::string& name) {
  std::string message =
      fmt::format("several actions are called \"{}\"; --id must say which:", name);
  for (const std::string& id : ids) message += ' ' + id;
  return fail(kExitUsage, message);
}

}  // namespace

Task<std::expected<ActionTarget, int>> find_target(ActionsApi& api, const TargetChoice& choice,
                                                   const std::string& name) {
  ActionTarget target;
  target.id = choice.id;
  if (choice.id.empty()) {
    const auto ids = co_await find_ids(api, choice, name);
    if (!ids) co_return std::unexpected(fail(ids.error()));
    if (ids->size() > 1) co_return std::unexpected(several(*ids, name));
    if (ids->empty()) co_return target;
    target.id = *ids->begin();
  }
  ActionsApi::Found published = co_await api.find(target.id, ActionState::kPublished);
  if (!published) co_return std::unexpected(fail(published.error()));
  ActionsApi::Found draft = co_await api.find(target.id, ActionState::kDraft);
  if (!draft) co_return std::unexpected(fail(draft.error()));
  target.published = std::move(*published);
  target.draft = std::move(*draft);
  if (!target.exists()) {
    co_return std::unexpected(fail(kExitRefused, "there is no action " + target.id));
  }
  co_return target;
}

}  // namespace dataaction
