#include "core/webhook/context_id.h"

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

// All zeros is no id.
bool is_hex_id(std::string_view text) {
  return is_lower_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

std::string_view context_id_from(std::string_view correlation_id, std::string_view traceparent) {
  if (is_id(correlation_id)) return correlation_id;

  // version "-" trace-id "-" parent-id "-" flags; versions after 00 may append "-" and more.
  constexpr size_t kSize = 55;
  if (traceparent.size() < kSize) return {};
  if (traceparent[2] != '-' || traceparent[35] != '-' || traceparent[52] != '-') return {};
  const std::string_view version = traceparent.substr(0, 2);
  const std::string_view trace = traceparent.substr(3, 32);
  const std::string_view parent = traceparent.substr(36, 16);
  if (!is_lower_hex(version) || version == "ff") return {};
  if (!is_hex_id(trace) || !is_hex_id(parent) || !is_lower_hex(traceparent.substr(53, 2)))
    return {};
  if (traceparent.size() > kSize && (version == "00" || traceparent[kSize] != '-')) return {};
  return trace;
}

}  // namespace dataaction
