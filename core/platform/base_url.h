// Where a platform is, when it is written out (`login_url`, `api_url`, `streaming_url`): what paths
// are appended to.
//
// Credentials go there, so it is https, and http only to this machine itself: 127.0.0.0/8, [::1],
// `localhost`. Nothing that a reader and libcurl could take for different addresses is accepted
// (user@, backslashes, numbers that are no IPv4 address, `..`). RFC 3986, section 3.

#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace dataaction {

// The URL with scheme and host in lower case and without a slash at its end: a path that begins
// with one can be appended. At most kMaxBaseUrl bytes. The error is the words that follow "it must
// be" and has static storage; it never repeats the URL, which may hold a password.
inline constexpr size_t kMaxBaseUrl = 512;
std::expected<std::string, std::string_view> parse_base_url(std::string_view text);

}  // namespace dataaction
