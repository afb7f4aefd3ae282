#include "sidecar/ctl/pretty_json.h"

#include <algorithm>

namespace dataaction {
namespace {

// Behind the string that begins at `begin`.
size_t end_of_string(std::string_view json, size_t begin) {
  size_t at = begin + 1;
  while (at < json.size() && json[at] != '"') at += json[at] == '\\' ? 2 : 1;
  return std::min(at + 1, json.size());
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
      out += json.substr(at, end - at);
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
