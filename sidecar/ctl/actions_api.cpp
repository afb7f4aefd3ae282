#include "sidecar/ctl/actions_api.h"

#include <fmt/format.h>

#include "core/base/form_encoding.h"
#include "core/base/units.h"

namespace dataaction {
namespace {

constexpr int kNotFound = 404;
constexpr std::string_view kWhole = "?expand=contract&includeConfig=true";

}  // namespace

PlatformFailure malformed(const PlatformConfig& platform, std::string what) {
  PlatformFailure failure;
  failure.fault = PlatformFault::kMalformed;
  failure.message = fmt::format("platform {}, {}: the answer is not what was asked for: {}",
                                platform.name, name_of(Route::kActions), what);
  return failure;
}

std::string ActionsApi::path(std::string_view rest) const {
  return platform().paths[static_cast<size_t>(Route::kActions)] + std::string(rest);
}

std::string ActionsApi::path_of(std::string_view id, std::string_view rest) const {
  std::string out = path("/");
  append_url_encoded(out, id);
  return out += rest;
}

Task<ActionsApi::Found> ActionsApi::find(const std::string& id, ActionState state) {
  const std::string path = path_of(id, state == ActionState::kDraft ? "/draft" : "");
  PlatformReply reply = co_await get(path + std::string(kWhole));
  if (!reply) {
    if (reply.error().status == kNotFound) co_return std::nullopt;
    co_return std::unexpected(std::move(reply.error()));
  }
  auto action = read_action(reply->body);
  if (action && !has_good_id(*action)) action = std::unexpected(kNoGoodId);
  if (!action) co_return std::unexpected(malformed(platform(), action.error()));
  for (const ActionTemplate* which : {&kRequestTemplate, &kSuccessTemplate}) {
    if (!lacks(*action, *which)) continue;
    auto completed = co_await complete(*action, path, *which);
    if (!completed) co_return std::unexpected(std::move(completed.error()));
  }
  co_return std::optional(std::move(*action));
}

Task<std::expected<void, PlatformFailure>> ActionsApi::complete(ActionDefinition& action,
                                                                const std::string& path,
                                                                const ActionTemplate& which) {
  PlatformReply text = co_await get(path + "/templates/" + std::string(which.file));
  if (text) {
    put(action, which, text->body);
  } else if (text.error().status != kNotFound) {
    co_return std::unexpected(std::move(text.error()));
  }
  co_return std::expected<void, PlatformFailure>();
}

Task<ActionsApi::FoundPage> ActionsApi::page(ActionState state, const std::string& filter,
                                             unsigned number) {
  const PlatformReply reply =
      co_await get(path(state == ActionState::kDraft ? "/drafts" : "") +
                   fmt::format("?pageSize={}&pageNumber={}{}", kPageSize, number, filter));
  if (!reply) co_return std::unexpected(reply.error());
  const auto tree = JsonTree::parse(reply->body);
  if (!tree) co_return std::unexpected(malformed(platform(), tree.error().what));
  const auto entities = tree->member(JsonTree::root(), "entities");
  if (!entities) co_return std::unexpected(malformed(platform(), "it has no \"entities\""));
  Page page;
  for (const JsonTree::Node entity : tree->children(*entities)) {
    if (tree->type(entity) != JsonType::kObject) {
      co_return std::unexpected(malformed(platform(), "an entity is no object"));
    }
    tree->append_to(page.records, entity);
    page.records += '\n';
  }
  // Beyond the last page there may be pages without end, and without entities.
  const auto count = tree->member(JsonTree::root(), "pageCount");
  const auto pages = count ? parse_number(tree->raw(*count)) : std::nullopt;
  page.last = page.records.empty() || (pages && number >= *pages);
  co_return page;
}

Task<PlatformReply> ActionsApi::get(std::string path) {
  co_return co_await send("GET", std::move(path), "");
}

Task<PlatformReply> ActionsApi::send(std::string method, std::string path, std::string body) {
  ApiRequest request;
  request.route = Route::kActions;
  request.idempotent = method == "GET";
  request.method = std::move(method);
  request.path = std::move(path);
  request.body = std::move(body);
  co_return co_await platform_.call(request);
}

}  // namespace dataaction
