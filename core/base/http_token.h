// What the name of a header field and a method are made of (RFC 9110, 5.6.2).

#pragma once

#include <algorithm>
#include <string_view>

#include "core/base/ascii.h"

namespace dataaction {

constexpr bool is_http_token(std::string_view text) {
  constexpr std::string_view kAlso = "!#$%&'*+-.^_`|~";
  return !text.empty() &&
         std::ranges::all_of(text, [&](char c) { return is_ascii_alnum(c) || kAlso.contains(c); });
}

}  // namespace dataaction
