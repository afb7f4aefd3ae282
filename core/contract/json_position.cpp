#include "core/contract/json_position.h"

#include <algorithm>
#include <string>

#include "core/contract/json_pointer.h"
#include "core/json/json_scanner.h"

namespace dataaction {
namespace {

// Goes to the beginning of the member `token`.
bool enter_object(JsonScanner& scanner, std::string_view token) {
  scanner.open('{');
  JsonScanner::String key;
  for (bool first = true; scanner.more(first); first = false) {
    if (!scanner.key(key)) return false;
    if (key.is(token)) return true;
    if (!scanner.value()) return false;
  }
  return false;
}

bool enter_array(JsonScanner& scanner, std::string_view token) {
  auto index = array_index(token);
  if (!index) return false;
  scanner.open('[');
  for (bool first = true; scanner.more(first); first = false, --*index) {
    if (*index == 0) return true;
    if (!scanner.value()) return false;
  }
  return false;
}

}  // namespace

std::optional<std::string_view> find_json(std::string_view text, std::string_view pointer) {
  JsonScanner scanner(text);
  while (pointer.starts_with('/')) {
    const std::string token = take_pointer_token(pointer);
    const char bracket = scanner.peek();
    const bool found = bracket == '{'   ? enter_object(scanner, token)
                       : bracket == '[' ? enter_array(scanner, token)
                                        : false;
    if (!found) return std::nullopt;
  }
  std::string_view value;
  if (!pointer.empty() || !scanner.value(&value)) return std::nullopt;
  return value;
}

unsigned line_at(std::string_view text, size_t offset) {
  return 1 + static_cast<unsigned>(std::ranges::count(text.substr(0, offset), '\n'));
}

}  // namespace dataaction
