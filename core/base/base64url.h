// base64url without padding (RFC 4648 section 5): bytes as text that stands in JSON and URLs as it
// is.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dataaction {

std::string base64url_encode(std::string_view bytes);

// Nothing for a character outside the alphabet, an impossible length, or bits set behind the last
// byte: each text has one form.
std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace dataaction
