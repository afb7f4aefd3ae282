#include "sidecar/ctl/shell_word.h"

#include <algorithm>
#include <array>

#include "core/base/ascii.h"

namespace dataaction {
namespace {

// In small letters, without what separates words: `X-Amz-Security-Token` has a `token`. Rather a
// variable too many than a secret shown.
constexpr std::array<std::string_view, 7> kSecretParts = {
    "token", "secret", "passw", "signature", "credential", "accesskey", "assertion"};
constexpr std::array<std::string_view, 5> kSecretNames = {"sig", "pwd", "pass", "auth", "jwt"};

// Not the name of a variable that holds another secret of the command.
std::string variable_of(std::string_view parameter) {
  std::string name = "URL_";
  name += parameter;
  for (char& c : name) {
    if (!is_ascii_alnum(c)) {
      c = '_';
    } else if (c >= 'a') {
      c = static_cast<char>(c - 'a' + 'A');
    }
  }
  return name;
}

// Behind the scheme and its slashes, of which libcurl takes one to three, or none of either.
size_t begin_of_authority(std::string_view url) {
  const size_t colon = url.find(':');
  const bool has_scheme = colon != std::string_view::npos && url.substr(colon + 1).starts_with('/');
  return std::min(url.find_first_not_of('/', has_scheme ? colon + 1 : 0), url.size());
}

}  // namespace

bool names_secret(std::string_view parameter) {
  std::string name = ascii_lower(parameter);
  std::erase_if(name, [](char c) { return !is_ascii_alnum(c); });
  const auto is_part = [&](std::string_view part) { return name.contains(part); };
  return name.ends_with("key") || std::ranges::any_of(kSecretParts, is_part) ||
         std::ranges::find(kSecretNames, name) != kSecretNames.end();
}

std::string shell_word(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += R"('\'')";
    } else {
      out += c;
    }
  }
  return out += '\'';
}

std::string shell_url(std::string_view url) {
  std::string out;
  std::string plain;
  const auto add_variable = [&](std::string_view name) {
    out += shell_word(plain);
    plain.clear();
    out.append("\"$").append(name).append("\"");
  };

  const size_t begin = begin_of_authority(url);
  // Up to the slash: a password may have a `?` or `#` that should have been written as %XX.
  const std::string_view authority = url.substr(begin, url.find('/', begin) - begin);
  plain = url.substr(0, begin);
  url.remove_prefix(begin);
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    add_variable("USERINFO");
    url.remove_prefix(at);
  }
  url = url.substr(0, url.find('#'));
  std::string_view query = url.substr(std::min(url.find('?'), url.size()));
  url.remove_suffix(query.size());
  plain += url;

  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&', 1));
    query.remove_prefix(parameter.size());
    const std::string_view name = parameter.substr(1, parameter.find('=') - 1);
    const bool has_value = name.size() + 1 < parameter.size();
    if (has_value && names_secret(name)) {
      plain += parameter.substr(0, name.size() + 2);
      add_variable(variable_of(name));
    } else {
      plain += parameter;
    }
  }
  if (out.empty() || !plain.empty()) out += shell_word(plain);
  return out;
}

}  // namespace dataaction
