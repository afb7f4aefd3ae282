// Words of a command for a POSIX shell.

#pragma once

#include <string>
#include <string_view>

namespace dataaction {

// `text` as it is.
std::string shell_word(std::string_view text);

// `url` without what it tells of secrets: its user and password become "$USERINFO", and the value
// of a parameter whose name says so becomes a variable of that name, as in
// 'https://host/x?access_token='"$ACCESS_TOKEN". The fragment, which is not sent, is left out.
std::string shell_url(std::string_view url);

// Whether the name of a parameter or header says that its value is a secret.
bool names_secret(std::string_view name);

}  // namespace dataaction
