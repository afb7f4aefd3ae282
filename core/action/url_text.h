// What may stand in a URL (RFC 3986): the literal text of a template, and a segment of a path once
// values are in it.

#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace dataaction {

enum class UrlPart : uint8_t { kPath, kQuery };

// The characters of sections 3.3 and 3.4; a percent sign comes with two hexadecimal digits. In a
// path no %2e and no %2f, which to some readers are a dot and a slash and to others are not.
std::expected<void, std::string> check_url_text(std::string_view text, UrlPart part);

// Whether somebody could read `segment`, which is percent-encoded, as `.` or `..`, or as a path
// that has such a segment. Encoding does not help against that: servers and proxies decode %2E and
// %2F before they look (RFC 3986, 6.2.2.2), some of them twice, take `\` for `/`, and cut off what
// comes behind a `;`.
bool has_dot_segment(std::string_view segment);

}  // namespace dataaction
