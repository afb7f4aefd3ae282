#include "core/json/ndjson.h"

#include <utility>

namespace dataaction {
namespace {

// What the parser would call an invalid value.
JsonError explain(std::string_view line, JsonError error) {
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return {0, "the line is empty"};
  if (line.starts_with("\xEF\xBB\xBF")) return {0, "a byte order mark, which JSON has none of"};
  return error;
}

}  // namespace

std::optional<NdjsonChecker::BadLine> NdjsonChecker::check(std::string_view lines) {
  size_t begin = 0;
  while (begin < lines.size()) {
    const size_t end = lines.find('\n', begin);
    if (end - begin > max_line_) {
      return BadLine{line_, begin, {max_line_, "the line is longer than max_record_size"}};
    }
    const std::string_view line = lines.substr(begin, end - begin);
    if (auto error = json_.check(line))
      return BadLine{line_, begin, explain(line, std::move(*error))};
    ++line_;
    begin = end + 1;
  }
  return std::nullopt;
}

}  // namespace dataaction
