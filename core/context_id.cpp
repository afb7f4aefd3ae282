#include "core/context_id.h"

#include <algorithm>

namespace dataaction {
namespace {

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-';
  });
}

bool is_lower_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string_view context_id_from(std::string_view correlation_id, std::string_view traceparent) {
  if (is_id(correlation_id)) return correlation_id;

  // version "-" trace-id "-" parent-id "-" flags; later versions may append more.
  constexpr size_t kTraceAt = 3;
  constexpr size_t kTraceSize = 32;
  if (traceparent.size() < 55 || traceparent[2] != '-' || traceparent[35] != '-') return {};
  const std::string_view version = traceparent.substr(0, 2);
  const std::string_view trace = traceparent.substr(kTraceAt, kTraceSize);
  if (!is_lower_hex(version) || version == "ff" || !is_lower_hex(trace)) return {};
  if (trace.find_first_not_of('0') == std::string_view::npos) return {};
  return trace;
}

}  // namespace dataaction
