// The draft of a Data Action, made to be what a file says, and published or tested.
//
// Each step is one request that is sent once: none of them can be done twice without harm. What has
// been done stays when a later one fails, and is what the next run goes on from; it is said what
// that is. A version that is not the one that was seen is refused by the platform (409), so that
// nobody's work is overwritten.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sidecar/ctl/action_target.h"

namespace dataaction {

class RemoteDraft {
 public:
  // `rehearsal`: requests that would change something are shown on standard output instead.
  struct Plan {
    const ActionDefinition& action;  // what it is to be
    const std::string& integration;  // of an action that is made
    bool rehearsal = false;
  };

  // All outlive it.
  RemoteDraft(ActionsApi& api, const ActionTarget& target, const Plan& plan)
      : api_(api), target_(target), plan_(plan), id_(target.id) {}

  // Each gives nothing, or an exit code, which has been said.
  using Ended = std::optional<int>;
  Task<Ended> put();
  Task<Ended> validate();
  Task<Ended> publish();
  Task<Ended> test(std::string input);

  const std::string& id() const { return id_; }
  std::optional<uint64_t> version() const { return version_; }
  // The body of the last answer.
  const std::string& answer() const { return answer_; }

 private:
  Task<Ended> create();
  Task<Ended> open();
  // Whether what was opened is what the file was compared with: somebody may have published another
  // one, or changed the new draft, in between.
  Task<Ended> read_back();
  Task<Ended> change();
  Task<Ended> write(std::string method, std::string path, std::string body, std::string_view what);
  Ended take_action();
  Ended show(std::string_view method, const std::string& path, const std::string& body) const;
  Task<int> refused(PlatformFailure failure, std::string_view what);

  std::string path(std::string_view rest) const;
  std::string version_text() const;
  std::string config() const;
  std::string remains() const;

  ActionsApi& api_;
  const ActionTarget& target_;
  const Plan plan_;
  std::string id_;
  std::optional<uint64_t> version_;  // of the draft
  bool drafted_ = false;             // there is a draft now
  std::string answer_;
};

}  // namespace dataaction
