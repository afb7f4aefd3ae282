// Lines of a file as records: one JSON value a line (https://github.com/ndjson/ndjson-spec),
// checked.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/json/json_reader.h"

namespace dataaction {

class NdjsonChecker {
 public:
  // `first_line` is the number of the first line to come, for messages. A line of more than
  // `max_line` bytes is bad.
  explicit NdjsonChecker(uint64_t first_line, size_t max_line = SIZE_MAX)
      : line_(first_line), max_line_(max_line) {}

  struct BadLine {
    uint64_t line;
    size_t begin;  // where the line begins in the checked text
    JsonError error;
  };

  // Checks whole lines, each with its LF. A line that is empty, or not one JSON value, is bad; the
  // lines before it are good.
  std::optional<BadLine> check(std::string_view lines);

  // Number of the line after the last good one.
  uint64_t line() const { return line_; }

 private:
  uint64_t line_;
  size_t max_line_;
  JsonChecker json_;
};

}  // namespace dataaction
