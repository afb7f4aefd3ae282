// Percent-encoding (RFC 3986, section 2.1), read strictly.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dataaction {

// Nothing if a % is without two hexadecimal digits after it. `plus`: what a + stands for, which is
// a space in forms.
std::optional<std::string> percent_decoded(std::string_view text, char plus = '+');

}  // namespace dataaction
