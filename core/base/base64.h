// base64 with padding (RFC 4648, section 4): blobs in JSON, and HTTP's Basic credentials.

#pragma once

#include <string>
#include <string_view>

namespace dataaction {

void append_base64(std::string& out, std::string_view bytes);

}  // namespace dataaction
