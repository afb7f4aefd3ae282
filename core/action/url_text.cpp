#include "core/action/url_text.h"

#include <algorithm>
#include <optional>

#include "core/base/ascii.h"

namespace dataaction {
namespace {

constexpr std::string_view kPathAlso = "-._~!$&'()*+,;=:@/";

// The character that `text` begins with the code of.
std::optional<char> coded(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return std::nullopt;
  const int high = ascii_hex_digit(text[1]);
  const int low = ascii_hex_digit(text[2]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<char>(high << 4 | low);
}

bool may_stand_in(UrlPart part, char c) {
  return is_ascii_alnum(c) || kPathAlso.contains(c) || (part == UrlPart::kQuery && c == '?');
}

std::string character(char c) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  const std::string code = {'%', kHex[byte >> 4], kHex[byte & 15]};
  if (byte <= ' ' || byte >= 0x7F) return "a byte that is written \"" + code + '"';
  return std::string("the character '") + c + "', which is written \"" + code + '"';
}

// Decoded until there is no code any more, also none that came of decoding: a code is complete
// with its last digit, so one pass is enough.
std::string decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    out += c;
    while (out.size() >= 3) {
      const auto character = coded(std::string_view(out).substr(out.size() - 3));
      if (!character) break;
      out.resize(out.size() - 3);
      out += *character;
    }
  }
  return out;
}

bool is_space_or_control(char c) {
  return static_cast<unsigned char>(c) <= ' ' || c == '\x7F';
}

}  // namespace

std::expected<void, std::string> check_url_text(std::string_view text, UrlPart part) {
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%') {
      const auto character = coded(text.substr(at));
      if (!character) return std::unexpected("\"%\" without two hexadecimal digits behind it");
      if (part == UrlPart::kPath && (*character == '.' || *character == '/')) {
        return std::unexpected('"' + std::string(text.substr(at, 3)) +
                               "\" in a path, which some take for the character itself");
      }
      at += 2;
    } else if (!may_stand_in(part, text[at])) {
      return std::unexpected(character(text[at]));
    }
  }
  return {};
}

bool has_dot_segment(std::string_view segment) {
  const std::string plain = decoded(segment);
  std::string_view rest = plain;
  for (;;) {
    const size_t end = std::min(rest.find_first_of("/\\"), rest.size());
    std::string_view part = rest.substr(0, end);
    part = part.substr(0, part.find(';'));
    while (!part.empty() && is_space_or_control(part.front())) part.remove_prefix(1);
    while (!part.empty() && is_space_or_control(part.back())) part.remove_suffix(1);
    if (part == "." || part == "..") return true;
    if (end == rest.size()) return false;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace dataaction
