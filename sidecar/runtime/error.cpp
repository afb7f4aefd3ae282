#include "sidecar/runtime/error.h"

#include <uv.h>

#include <array>

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

}  // namespace dataaction
