#include "core/platform/platform_error.h"

#include <algorithm>
#include <array>

#include "core/base/ascii.h"
#include "core/base/excerpt.h"
#include "core/json/json_fields.h"
#include "core/webhook/context_id.h"

namespace dataaction {
namespace {

constexpr size_t kMaxBody = 64 * 1024;
constexpr size_t kMaxCode = 64;
constexpr size_t kMaxMessage = 256;
// An id of a conversation has 36, a client secret 43, a token more.
constexpr size_t kLongestWord = 40;

bool is_code(std::string_view text) {
  return !text.empty() && text.size() <= kMaxCode && std::ranges::all_of(text, [](char c) {
    return is_ascii_alnum(c) || c == '.' || c == '_' || c == '-';
  });
}

}  // namespace

PlatformError read_platform_error(std::string_view body) {
  enum : size_t { kCode, kError, kMessage, kDescription, kContextId, kFields };
  constexpr std::array<std::string_view, kFields> kNames = {"code", "error", "message",
                                                            "error_description", "contextId"};
  std::array<JsonField, kFields> fields;
  // What stands before the damage is as good as any.
  static_cast<void>(read_json_fields(body.substr(0, kMaxBody), kNames, fields));

  const auto either = [&](size_t first, size_t second) {
    const std::string_view text = fields[first].string();
    return text.empty() ? fields[second].string() : text;
  };
  PlatformError error;
  if (const std::string_view code = either(kCode, kError); is_code(code)) error.code = code;
  error.message = excerpt(either(kMessage, kDescription), kMaxMessage, kLongestWord);
  error.context_id = context_id_from(fields[kContextId].string(), {});
  return error;
}

}  // namespace dataaction
