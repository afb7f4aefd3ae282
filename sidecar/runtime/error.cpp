#include "sidecar/runtime/error.h"

#include <uv.h>

#include <array>
#include <system_error>

namespace dataaction {

std::string_view name_of(ErrorCode code) {
  static constexpr std::array<std::string_view, 8> kNames = {
      "cancelled", "deadline", "shutdown", "hangup", "overrun", "closed", "overloaded", "system"};
  return kNames[static_cast<size_t>(code)];
}

std::string Error::message() const {
  std::string text(what_);
  if (!text.empty()) text += ": ";
  if (code_ != ErrorCode::kSystem) return text.append(name_of(code_));

  // uv_strerror leaks a few bytes for a number that it does not know.
  std::array<char, 128> reason;
  return text.append(uv_strerror_r(status_, reason.data(), reason.size()));
}

std::string failed_call(std::string_view call, std::string_view path, int code) {
  std::string message(call);
  message.append("() \"").append(path).append("\" failed (").append(std::to_string(code));
  return message.append(": ").append(std::generic_category().message(code)).append(")");
}

}  // namespace dataaction
