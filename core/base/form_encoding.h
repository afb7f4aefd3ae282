// application/x-www-form-urlencoded (URL Standard, section 5.2): what a token endpoint is sent.

#pragma once

#include <string>
#include <string_view>

namespace dataaction {

// Appends `name=value`, with `&` before it unless `out` is empty.
void append_form_field(std::string& out, std::string_view name, std::string_view value);

// Appends `value` so that it can stand in a query or as one segment of a path (RFC 3986, section
// 2.3: all but the unreserved characters as %XX).
void append_url_encoded(std::string& out, std::string_view value);

}  // namespace dataaction
