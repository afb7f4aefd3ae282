// What the platform is asked of Data Actions (Genesys Cloud's API, Integrations: ACTIONS is the
// route `actions`, /api/v2/integrations/actions unless `path` says otherwise):
//
//     GET  ACTIONS, ACTIONS/drafts                getIntegrationsActions, ...ActionsDrafts
//     POST ACTIONS/drafts                         postIntegrationsActionsDrafts
//     GET  ACTIONS/{id}, ACTIONS/{id}/draft       getIntegrationsAction, ...ActionDraft
//     POST, PATCH ACTIONS/{id}/draft              postIntegrationsActionDraft, patch...
//     GET  ACTIONS/{id}/draft/validation          getIntegrationsActionDraftValidation
//     POST ACTIONS/{id}/draft/publish, .../test   postIntegrationsActionDraftPublish, ...DraftTest
//
// The tutorial's dialect has POST ACTIONS, and nothing else (tutorial_action.h).

#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sidecar/ctl/action_definition.h"
#include "sidecar/platform/platform.h"

namespace dataaction {

enum class ActionState : uint8_t { kPublished, kDraft };

// A failure of its own, for an answer that is not what was asked for.
PlatformFailure malformed(const PlatformConfig& platform, std::string what);

class ActionsApi {
 public:
  // The platform outlives it.
  explicit ActionsApi(Platform& platform) : platform_(platform) {}

  const PlatformConfig& platform() const { return platform_.config(); }

  // ACTIONS/ID, with `rest` behind it.
  std::string path_of(std::string_view id, std::string_view rest = "") const;
  std::string path(std::string_view rest) const;

  // Whole, with its templates; nothing: there is none.
  using Found = std::expected<std::optional<ActionDefinition>, PlatformFailure>;
  Task<Found> find(const std::string& id, ActionState state);

  // A page of a list, from 1 on.
  struct Page {
    std::string records;  // compact JSON objects, one LF after each
    bool last = false;
  };
  using FoundPage = std::expected<Page, PlatformFailure>;
  Task<FoundPage> page(ActionState state, const std::string& filter, unsigned number);

  // Anything else: a write, unless `method` is GET, is done once.
  Task<PlatformReply> send(std::string method, std::string path, std::string body);

  static constexpr unsigned kPageSize = 100;
  static constexpr unsigned kMaxPages = 200;

 private:
  Task<PlatformReply> get(std::string path);
  Task<std::expected<void, PlatformFailure>> complete(ActionDefinition& action,
                                                      const std::string& path,
                                                      const ActionTemplate& which);

  Platform& platform_;
};

}  // namespace dataaction
