// Files that the configuration names, read whole while it is read.

#pragma once

#include <cstddef>
#include <expected>
#include <string>

namespace dataaction {

// What the system refused: EFBIG for a file of more than `max_size` bytes.
struct ConfFileError {
  const char* call;  // "open"
  int code;          // an errno

  // As nginx writes it: `(2: No such file or directory)`.
  std::string reason() const;
};

std::expected<std::string, ConfFileError> read_conf_file(const std::string& path, size_t max_size);

}  // namespace dataaction
