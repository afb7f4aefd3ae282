// A secret that the configuration names by its file (`client_secret_file`): read where it is
// needed, so that it can be rotated without a restart. Blocks on the disk.

#pragma once

#include <expected>
#include <string>

namespace dataaction {

inline constexpr size_t kMaxSecretSize = 4096;

// The file's text without the newline at its end. It is a regular file of 1 to kMaxSecretSize bytes
// without control characters that nobody but its owner may write and that not everybody may read.
// The error is a message with the path and never with anything of the text.
std::expected<std::string, std::string> read_secret(const std::string& path);

}  // namespace dataaction
