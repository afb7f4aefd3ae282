#include "sidecar/ctl/record_fields.h"

#include <algorithm>

#include "core/json/json_scanner.h"

namespace dataaction {
namespace {

// Calls `use` with the name and the text of each member.
template <typename Use>
void each_member(std::string_view record, Use use) {
  JsonScanner scanner(record);
  if (scanner.peek() != '{' || !scanner.open('{')) return;
  for (bool first = true; scanner.more(first); first = false) {
    JsonScanner::String name;
    std::string_view text;
    if (!scanner.key(name) || !scanner.value(&text)) return;
    use(name.unescaped(), text);
  }
}

std::string value_of(std::string_view text) {
  if (text == "null") return "";
  if (!text.starts_with('"')) return std::string(text);
  JsonScanner scanner(text);
  JsonScanner::String value;
  scanner.string(value);
  return value.unescaped();
}

}  // namespace

std::vector<std::string> columns_of(std::string_view record) {
  std::vector<std::string> columns;
  each_member(record, [&](std::string name, std::string_view text) {
    if (text.starts_with('{') || text.starts_with('[')) return;
    if (std::ranges::find(columns, name) == columns.end()) columns.push_back(std::move(name));
  });
  return columns;
}

std::vector<std::string> values_of(std::string_view record,
                                   const std::vector<std::string>& columns) {
  std::vector<std::string> values(columns.size());
  std::vector<bool> had(columns.size());
  each_member(record, [&](const std::string& name, std::string_view text) {
    const auto column = static_cast<size_t>(std::ranges::find(columns, name) - columns.begin());
    if (column == columns.size() || had[column]) return;
    had[column] = true;
    values[column] = value_of(text);
  });
  return values;
}

}  // namespace dataaction
