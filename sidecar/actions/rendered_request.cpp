#include "sidecar/actions/rendered_request.h"

#include "core/json/json_tree.h"

namespace dataaction {
namespace {

constexpr std::string_view kJson = "application/json";

std::unexpected<ErrorReply> refuse(const ErrorDetail& detail) {
  return std::unexpected(ErrorReply{422,
                                    0,
                                    "dataaction.request.invalid",
                                    detail.field + " cannot be used in the request",
                                    {detail}});
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
  if (!url) return refuse(url.error());
  request.url = std::move(*url);
  for (const auto& header : action.headers) {
    auto value = header.value.render(*input);
    if (!value) return refuse(value.error());
    request.headers.emplace_back(header.value.name(), std::move(*value));
  }
  if (action.body) {
    auto body = action.body->value.render(*input);
    if (!body) return refuse(body.error());
    request.body = std::move(*body);
    request.content_type = action.body->value.content_type();
  } else if (action.has_body()) {
    request.body = parameters;
    request.content_type = kJson;
  }
  if (action.idempotency) {
    auto key = action.idempotency->key.render(*input);
    if (!key) return refuse(key.error());
    if (key->empty() || key->size() > RenderedRequest::kMaxIdempotencyKey) {
      return refuse(
          {key->empty() ? "required" : "maxLength", action.idempotency->key.fields().front()});
    }
    request.idempotency_key = std::move(*key);
  }
  return request;
}

}  // namespace dataaction
