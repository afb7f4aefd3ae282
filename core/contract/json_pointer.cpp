#include "core/contract/json_pointer.h"

#include <charconv>

namespace dataaction {
namespace {

bool append_path(std::string& pointer, const JsonValue& from, const JsonValue& value) {
  if (&from == &value) return true;
  if (!from.is_object() && !from.is_array()) return false;
  const size_t size = pointer.size();
  size_t index = 0;
  for (const JsonValue& child : from.children()) {
    if (from.is_object()) {
      append_pointer_token(pointer, child.name());
    } else {
      append_pointer_token(pointer, std::to_string(index++));
    }
    if (append_path(pointer, child, value)) return true;
    pointer.resize(size);
  }
  return false;
}

}  // namespace

void append_pointer_token(std::string& pointer, std::string_view token) {
  pointer += '/';
  for (const char c : token) {
    if (c == '~' || c == '/') {
      pointer += c == '~' ? "~0" : "~1";
    } else {
      pointer += c;
    }
  }
}

std::string take_pointer_token(std::string_view& pointer) {
  pointer.remove_prefix(1);
  const std::string_view raw = pointer.substr(0, pointer.find('/'));
  pointer.remove_prefix(raw.size());
  std::string token;
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '~' && i + 1 < raw.size()) {
      token += raw[++i] == '1' ? '/' : '~';
    } else {
      token += raw[i];
    }
  }
  return token;
}

std::optional<size_t> array_index(std::string_view token) {
  size_t index = 0;
  const char* const begin = token.data();
  const char* const end = begin + token.size();
  const auto [read, error] = std::from_chars(begin, end, index);
  if (error != std::errc() || read != end) return std::nullopt;
  if (token.size() > 1 && token.front() == '0') return std::nullopt;
  return index;
}

const JsonValue* resolve_pointer(const JsonValue& root, std::string_view pointer) {
  const JsonValue* at = &root;
  while (pointer.starts_with('/') && at != nullptr) {
    const std::string token = take_pointer_token(pointer);
    if (at->is_object()) {
      at = find_member(*at, token);
    } else {
      const auto index = at->is_array() ? array_index(token) : std::nullopt;
      at = index && *index < at->size() ? &at->children()[*index] : nullptr;
    }
  }
  return pointer.empty() ? at : nullptr;
}

std::string pointer_to(const JsonValue& root, const JsonValue& value) {
  std::string pointer;
  append_path(pointer, root, value);
  return pointer;
}

}  // namespace dataaction
