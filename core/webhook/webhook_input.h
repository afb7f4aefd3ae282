// The body of a webhook: what a Data Action sends (design: docs/webhook.md).
//
// Two shapes, told apart by their keys: flat, where the object's members are the parameters, and
// envelope, an object of exactly `action_id`, `session_id` and `parameters`. `batch_size`, `limit`
// and `cursor` among the parameters are ours; the rest goes to the source.

#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "core/webhook/error_reply.h"

namespace dataaction {

enum class InputShape : uint8_t { kAuto, kFlat, kEnvelope };

// How deep a body may nest, the platform's own limit for Data Action contracts.
inline constexpr size_t kMaxInputDepth = 50;

struct WebhookInput {
  std::string parameters;  // a compact JSON object without the reserved members
  std::optional<uint64_t> batch_size;
  std::optional<uint64_t> limit;
  std::string cursor;

  bool operator==(const WebhookInput&) const = default;
};

// Refusals: 400 with the byte offset for what is not JSON or not fit to be read (levels, UTF-8,
// lone surrogates, a key twice, empty); 422 naming the field for what is not as agreed.
// `max_batch_size` is the most that a request may ask for.
std::expected<WebhookInput, ErrorReply> read_webhook_input(std::string_view body, InputShape shape,
                                                           uint64_t max_batch_size);

// The same for a call: all members are parameters, whatever they are called.
std::expected<WebhookInput, ErrorReply> read_call_input(std::string_view body, InputShape shape);

// Whether a Content-Type says JSON: application/json or application/<anything>+json, parameters
// aside.
bool is_json_content_type(std::string_view content_type);

}  // namespace dataaction
