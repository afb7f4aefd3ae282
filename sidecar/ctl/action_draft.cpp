#include "sidecar/ctl/action_draft.h"

#include <fmt/format.h>

#include "core/base/excerpt.h"
#include "core/json/json_object.h"
#include "sidecar/ctl/action_difference.h"
#include "sidecar/ctl/command.h"
#include "sidecar/ctl/exit_codes.h"
#include "sidecar/ctl/output.h"
#include "sidecar/ctl/platform_choice.h"

namespace dataaction {
namespace {

constexpr int kConflict = 409;
constexpr size_t kMaxShown = 256;

// Of an ErrorBody: what went wrong, as far as it says.
std::string error_text(const JsonTree& tree, JsonTree::Node error) {
  if (tree.type(error) == JsonType::kString) return tree.string(error);
  const auto member = [&](const char* name) -> std::string {
    const auto found = tree.member(error, name);
    return found && tree.type(*found) == JsonType::kString ? tree.string(*found) : "";
  };
  const std::string code = member("code");
  const std::string message = member("message");
  return code.empty() || message.empty() ? code + message : message + " (" + code + ')';
}

// Whether the platform may have done what it was asked for.
bool is_unknown(PlatformFault fault) {
  return fault == PlatformFault::kUnreachable || fault == PlatformFault::kTimeout ||
         fault == PlatformFault::kServer || fault == PlatformFault::kMalformed;
}

}  // namespace

Task<RemoteDraft::Ended> RemoteDraft::put() {
  if (!target_.exists()) co_return co_await create();
  if (!target_.draft) {
    Ended ended = co_await open();
    if (!ended && !plan_.rehearsal) ended = co_await read_back();
    if (ended) co_return ended;
    co_return co_await change();
  }
  version_ = target_.draft->version;
  drafted_ = true;
  if (!version_ && !plan_.rehearsal) {
    PlatformFailure failure = malformed(api_.platform(), "the draft has no \"version\"");
    failure.message += remains();
    co_return fail(failure);
  }
  if (compare_actions(*target_.draft, plan_.action).empty()) co_return std::nullopt;
  say(fmt::format("the draft that is there is replaced, version {}", version_text()));
  co_return co_await change();
}

Task<RemoteDraft::Ended> RemoteDraft::create() {
  std::string body;
  {
    const ActionDefinition& action = plan_.action;
    JsonObject out(body);
    out.string("category", action.category);
    out.string("name", action.name);
    out.string("integrationId", plan_.integration);
    out.key("secure") += action.secure ? "true" : "false";
    out.key("contract") += contract_of(action);
    out.key("config") += config();
  }
  co_return co_await write("POST", api_.path("/drafts"), std::move(body), "make the draft");
}

Task<RemoteDraft::Ended> RemoteDraft::open() {
  co_return co_await write("POST", path("/draft"), "", "make a draft of what is published");
}

Task<RemoteDraft::Ended> RemoteDraft::read_back() {
  const ActionsApi::Found draft = co_await api_.find(id_, ActionState::kDraft);
  if (!draft) co_return co_await refused(draft.error(), "look at the draft");
  if (*draft && compare_actions(**draft, *target_.published).empty()) co_return std::nullopt;
  PlatformFailure failure;
  failure.fault = PlatformFault::kRefused;
  failure.status = kConflict;
  failure.message = "it is not what was published when this began";
  co_return co_await refused(std::move(failure), "change the draft");
}

Task<RemoteDraft::Ended> RemoteDraft::change() {
  std::string body;
  {
    const ActionDefinition& action = plan_.action;
    JsonObject out(body);
    out.string("category", action.category);
    out.string("name", action.name);
    if (!target_.published) {
      out.key("secure") += action.secure ? "true" : "false";
      out.key("contract") += contract_of(action);
    }
    out.key("config") += config();
    out.key("version") += version_text();
  }
  co_return co_await write("PATCH", path("/draft"), std::move(body), "change the draft");
}

Task<RemoteDraft::Ended> RemoteDraft::validate() {
  const std::string path = this->path("/draft/validation");
  if (plan_.rehearsal) co_return show("GET", path, "");
  const PlatformReply reply = co_await api_.send("GET", path, "");
  if (!reply) co_return co_await refused(reply.error(), "validate the draft");
  const auto tree = JsonTree::parse(reply->body);
  const auto valid = tree ? tree->member(JsonTree::root(), "valid") : std::nullopt;
  if (!valid) {
    const PlatformFailure failure =
        malformed(api_.platform(), "it does not say whether it is valid");
    co_return co_await refused(failure, "validate the draft");
  }
  if (tree->raw(*valid) == "true") co_return std::nullopt;
  std::string message = "the platform does not take the action";
  if (const auto errors = tree->member(JsonTree::root(), "errors")) {
    for (const JsonTree::Node error : tree->children(*errors)) {
      message += "; " + excerpt(error_text(*tree, error), kMaxShown, kMaxShown);
    }
  }
  co_return fail(kExitRefused, message + remains());
}

Task<RemoteDraft::Ended> RemoteDraft::publish() {
  std::string body = fmt::format(R"({{"version":{}}})", version_text());
  co_return co_await write("POST", path("/draft/publish"), std::move(body), "publish the draft");
}

Task<RemoteDraft::Ended> RemoteDraft::test(std::string input) {
  const PlatformReply reply = co_await api_.send("POST", path("/draft/test"), std::move(input));
  if (!reply) co_return co_await refused(reply.error(), "test the draft");
  answer_ = reply->body;
  co_return std::nullopt;
}

Task<RemoteDraft::Ended> RemoteDraft::write(std::string method, std::string path, std::string body,
                                            std::string_view what) {
  if (plan_.rehearsal) co_return show(method, path, body);
  PlatformReply reply = co_await api_.send(std::move(method), std::move(path), std::move(body));
  if (!reply) co_return co_await refused(std::move(reply.error()), what);
  answer_ = std::move(reply->body);
  drafted_ = true;
  co_return take_action();
}

RemoteDraft::Ended RemoteDraft::take_action() {
  const auto action = read_action(answer_);
  if (action && has_good_id(*action) && action->version) {
    id_ = action->id;
    version_ = action->version;
    return std::nullopt;
  }
  PlatformFailure failure = malformed(
      api_.platform(), action ? "it has no good \"id\", or no \"version\"" : action.error());
  failure.message += remains();
  return fail(failure);
}

RemoteDraft::Ended RemoteDraft::show(std::string_view method, const std::string& path,
                                     const std::string& body) const {
  const int code =
      print_out(fmt::format("{} {}\n{}", method, path, body.empty() ? "" : body + '\n'));
  return code == kExitOk ? std::nullopt : std::optional(code);
}

Task<int> RemoteDraft::refused(PlatformFailure failure, std::string_view what) {
  if (failure.fault == PlatformFault::kCancelled) {
    if (drafted_) say("interrupted" + remains());
    co_return fail(failure);
  }
  failure.message = fmt::format("cannot {}: {}", what, failure.message);
  if (failure.status == kConflict && id_.empty()) {
    failure.message += "; there may be an action of that name: see `actions list`";
  } else if (failure.status == kConflict) {
    failure.message += "; somebody else changed it meanwhile";
    const ActionsApi::Found now = co_await api_.find(id_, ActionState::kDraft);
    if (now && *now && (*now)->version) {
      failure.message += fmt::format(": the draft is at version {} now, and was at {}",
                                     *(*now)->version, version_text());
    }
    failure.message += "; see what it is with `actions diff`, and publish again";
  } else if (is_unknown(failure.fault)) {
    failure.message +=
        "; it may have been done all the same: the next run goes on from what is there";
  }
  failure.message += remains();
  co_return fail(failure);
}

// Of what is not known before the request is sent there is a word, in a rehearsal.
std::string RemoteDraft::path(std::string_view rest) const {
  return id_.empty() ? api_.path("/{id}" + std::string(rest)) : api_.path_of(id_, rest);
}

std::string RemoteDraft::version_text() const {
  return version_ ? std::to_string(*version_) : R"("{version}")";
}

std::string RemoteDraft::config() const {
  const std::string& config = plan_.action.config;
  return plan_.rehearsal ? without_open_secrets(config) : config;
}

std::string RemoteDraft::remains() const {
  return drafted_ ? fmt::format("; the draft of action {} stays as it is: --id {}", id_, id_) : "";
}

}  // namespace dataaction
