// `nginx -t`, as a question.

#pragma once

#include <expected>
#include <string>

namespace dataaction {

// Whether nginx takes its configuration, or the one at `file` if that is not empty. An error is
// what it said, or why it said nothing. Blocks.
std::expected<void, std::string> test_nginx(const std::string& file);

}  // namespace dataaction
