#include "sidecar/actions/rendered_request.h"

#include <fmt/format.h>

#include "core/json/json_tree.h"

namespace dataaction {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kKeyPlace = "the idempotency key";

std::unexpected<ErrorReply> refuse(const Misfit& misfit, std::string_view place) {
  return std::unexpected(
      ErrorReply{422,
                 0,
                 "dataaction.request.invalid",
                 fmt::format("{} cannot be used in {}: {}", misfit.field, place, misfit.why),
                 {{fmt::format("dataaction.request.{}", misfit.rule), misfit.field}}});
}

// Of an idempotency key that is not within its bounds.
std::unexpected<ErrorReply> refuse_key(const ActionConfig& action, bool empty) {
  const std::string& field = action.idempotency->key.fields().front();
  const std::string why =
      empty ? "the key would be empty"
            : fmt::format("the key has more than {} bytes", RenderedRequest::kMaxIdempotencyKey);
  return refuse({empty ? kMissing : kWrongSize, field, why}, kKeyPlace);
}

// Its size in front: no part can look like the beginning of the next.
void append_part(std::string& identity, std::string_view part) {
  identity.append(std::to_string(part.size())).append(1, ':').append(part);
}

}  // namespace

std::string RenderedRequest::identity() const {
  std::string identity;
  append_part(identity, url);
  append_part(identity, body);
  for (const auto& [name, value] : headers) {
    append_part(identity, name);
    append_part(identity, value);
  }
  return identity;
}

std::expected<RenderedRequest, ErrorReply> render_request(const ActionConfig& action,
                                                          std::string_view parameters) {
  const auto input = JsonTree::parse(std::string(parameters));
  if (!input) return std::unexpected(reply_for_status(400));

  RenderedRequest request;
  auto url = action.url->render(*input);
  if (!url) return refuse(url.error(), "the URL");
  request.url = std::move(*url);
  for (const auto& header : action.headers) {
    auto value = header.value.render(*input);
    if (!value) {
      return refuse(value.error(), fmt::format("the header \"{}\"", header.value.name()));
    }
    request.headers.emplace_back(header.value.name(), std::move(*value));
  }
  if (action.body) {
    auto body = action.body->value.render(*input);
    if (!body) return refuse(body.error(), "the body");
    request.body = std::move(*body);
    request.content_type = action.body->value.content_type();
  } else if (action.has_body()) {
    request.body = parameters;
    request.content_type = kJson;
  }
  if (action.idempotency) {
    auto key = action.idempotency->key.render(*input);
    if (!key) return refuse(key.error(), kKeyPlace);
    if (key->empty() || key->size() > RenderedRequest::kMaxIdempotencyKey) {
      return refuse_key(action, key->empty());
    }
    request.idempotency_key = std::move(*key);
  }
  return request;
}

}  // namespace dataaction
