#include "tests/support/cmocka_xml.h"

#include <algorithm>
#include <cstdlib>

namespace dataaction::cmocka {
namespace {

constexpr std::size_t kMaxFileName = 1023;  // libcmocka's buffer

// The length of the character of XML 1.0 at the beginning of `text`; 0 if there is none.
std::size_t xml_char_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);

  if (first < 0x80) {
    return first >= 0x20 || first == '\t' || first == '\n' || first == '\r' ? 1 : 0;
  }

  const std::size_t length = first >= 0xf5 ? 0 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || length == 0 || text.size() < length) return 0;

  char32_t code = first & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; i++) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3f);
  }

  const bool overlong = code < (length == 3 ? 0x800u : length == 4 ? 0x10000u : 0x80u);
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  return overlong || surrogate || code > 0x10ffff || code == 0xfffe || code == 0xffff ? 0 : length;
}

std::string clean(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = xml_char_length(text);
    if (length == 0) {
      out += "\xef\xbf\xbd";
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::string file_name(std::string_view pattern, std::string group) {
  // The name of a typed or parameterised suite has slashes, and no directory is meant.
  std::ranges::replace(group, '/', '_');

  std::string name;
  for (std::size_t at; (at = pattern.find("%g")) != std::string_view::npos;) {
    name.append(pattern.substr(0, at)).append(group);
    pattern.remove_prefix(at + 2);
  }
  return name.append(pattern);
}

std::string seconds(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.3f", value);
  return text;
}

std::string number(std::size_t value) {
  return std::to_string(value);
}

std::string render(const GroupReport& group) {
  std::string xml = "<testsuites>\n";
  xml += "  <testsuite name=\"" + xml_attribute(group.name) + "\" time=\"" +
         seconds(group.seconds()) + "\" tests=\"" + number(group.tests.size()) + "\" failures=\"" +
         number(group.count(Status::kFailed)) + "\" errors=\"" + number(group.errors()) +
         "\" skipped=\"" + number(group.count(Status::kSkipped)) + "\" >\n";

  for (const TestReport& test : group.tests) {
    xml += "    <testcase name=\"" + xml_attribute(test.name) + "\" time=\"" +
           seconds(test.seconds) + "\" >\n";
    if (test.status == Status::kFailed || test.status == Status::kError) {
      xml += "      <failure>" + xml_cdata(test.message) + "</failure>\n";
    } else if (test.status == Status::kSkipped) {
      xml += "      <skipped/>\n";
    }
    xml += "    </testcase>\n";
  }

  return xml + "  </testsuite>\n</testsuites>\n";
}

}  // namespace

std::string xml_attribute(std::string_view text) {
  std::string out;
  for (char c : clean(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\t':
      case '\n':
      case '\r':
        out += "&#" + std::to_string(static_cast<int>(c)) + ";";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string xml_cdata(std::string_view text) {
  std::string out = clean(text);
  // A section cannot contain its own end: close it inside the mark, and open another.
  for (std::size_t at = 0; (at = out.find("]]>", at)) != std::string::npos; at += 15) {
    out.replace(at, 3, "]]]]><![CDATA[>");
  }
  return "<![CDATA[" + out + "]]>";
}

void XmlFormat::group_finished(const GroupReport& group) {
  std::FILE* file = nullptr;
  std::FILE* fallback = stdout;

  if (const char* pattern = std::getenv("CMOCKA_XML_FILE"); pattern != nullptr) {
    std::string name = file_name(pattern, group.name);
    if (name.size() > kMaxFileName) name = pattern;

    // "x" fails on an existing file in the same step that creates a missing one.
    if (file = std::fopen(name.c_str(), "wx"); file != nullptr) {
      created_file_ = true;
    } else if (created_file_) {
      file = std::fopen(name.c_str(), "a");
      if (file != nullptr) declared_ = true;
    }
    fallback = stderr;
  }

  if (!declared_) {
    write(file != nullptr ? file : fallback, "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n");
    if (file == nullptr) declared_ = true;
  }
  write(file != nullptr ? file : fallback, render(group));
  if (file != nullptr) std::fclose(file);
}

}  // namespace dataaction::cmocka
