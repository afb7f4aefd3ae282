#include "sidecar/ctl/pretty_json.h"

#include <fmt/format.h>

#include <algorithm>

namespace dataaction {
namespace {

// Behind the string that begins at `begin`.
size_t end_of_string(std::string_view json, size_t begin) {
  size_t at = begin + 1;
  while (at < json.size() && json[at] != '"') at += json[at] == '\\' ? 2 : 1;
  return std::min(at + 1, json.size());
}

// C1 controls (U+0080 to U+009F), which terminals obey and JSON does not ask to be escaped.
void append_string(std::string& out, std::string_view text) {
  constexpr char kLead = '\xC2';
  for (size_t at = 0; at < text.size(); ++at) {
    const unsigned char next = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : 0;
    if (text[at] == kLead && next >= 0x80 && next <= 0x9F) {
      out += fmt::format("\\u{:04x}", next);
      ++at;
    } else {
      out += text[at];
    }
  }
}

void begin_line(std::string& out, size_t levels) {
  out += '\n';
  out.append(2 * levels, ' ');
}

}  // namespace

std::string pretty_json(std::string_view json) {
  std::string out;
  size_t levels = 0;
  for (size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    const char next = at + 1 < json.size() ? json[at + 1] : '\0';
    if (c == '"') {
      const size_t end = end_of_string(json, at);
      append_string(out, json.substr(at, end - at));
      at = end - 1;
    } else if (c == ':') {
      out += ": ";
    } else if (c == '}' || c == ']') {
      begin_line(out, --levels);
      out += c;
    } else if ((c == '{' || c == '[') && next == c + 2) {
      out += c;
      out += json[++at];  // nothing is in it
    } else {
      out += c;
      levels += c == '{' || c == '[' ? 1 : 0;
      if (c == '{' || c == '[' || c == ',') begin_line(out, levels);
    }
  }
  return out += '\n';
}

}  // namespace dataaction
