#include "core/ndjson.h"

namespace dataaction {

std::optional<NdjsonChecker::BadLine> NdjsonChecker::check(std::string_view lines) {
  size_t begin = 0;
  while (begin < lines.size()) {
    const size_t end = lines.find('\n', begin);
    if (end - begin > max_line_) {
      return BadLine{line_, begin, {max_line_, "the line is longer than max_record_size"}};
    }
    if (auto error = json_.check(lines.substr(begin, end - begin))) {
      return BadLine{line_, begin, std::move(*error)};
    }
    ++line_;
    begin = end + 1;
  }
  return std::nullopt;
}

}  // namespace dataaction
