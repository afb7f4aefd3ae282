// Files of the configuration, read whole. Blocks on the disk.

#pragma once

#include <cstddef>
#include <expected>
#include <string>

namespace dataaction {

// The error is that of failed_call(): EFBIG for a file of more than `max_size` bytes.
std::expected<std::string, std::string> read_disk_file(const std::string& path, size_t max_size);

}  // namespace dataaction
