// Webhook bodies read, for the tests of what is taken and what is refused.

#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "core/webhook/webhook_input.h"

namespace dataaction {

inline constexpr uint64_t kMaxBatch = 10'000;

// The body is copied to memory of its exact size, so that a sanitizer sees a step outside.
inline std::expected<WebhookInput, ErrorReply> read_body(std::string_view body,
                                                         InputShape shape = InputShape::kAuto) {
  const auto memory = std::make_unique<char[]>(body.size());
  body.copy(memory.get(), body.size());
  return read_webhook_input({memory.get(), body.size()}, shape, kMaxBatch);
}

// The input of a body that must be good.
inline WebhookInput taken(std::string_view body, InputShape shape = InputShape::kAuto) {
  auto input = read_body(body, shape);
  if (!input) {
    ADD_FAILURE() << input.error().message;
    return {};
  }
  return std::move(*input);
}

// {"a":[{"a":[...]}]}, `levels` of them, with a number inside.
inline std::string nested_body(size_t levels) {
  std::string body;
  for (size_t i = 0; i < levels; ++i) body += i % 2 == 0 ? R"({"a":)" : "[";
  body += '1';
  for (size_t i = levels; i-- > 0;) body += i % 2 == 0 ? '}' : ']';
  return body;
}

}  // namespace dataaction
