// An action's request with a webhook's input in it: what will be sent, less the credentials.

#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config/action_config.h"
#include "core/webhook/error_reply.h"

namespace dataaction {

struct RenderedRequest {
  static constexpr size_t kMaxIdempotencyKey = 1024;  // bytes

  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string_view content_type;  // of the body; empty: there is none
  std::string idempotency_key;    // empty: the action has none

  // The same for requests that are the same, and for no others: what results are shared by.
  std::string identity() const;
};

// `parameters` is a JSON object. Refusals are 422s that name the field.
std::expected<RenderedRequest, ErrorReply> render_request(const ActionConfig& action,
                                                          std::string_view parameters);

}  // namespace dataaction
