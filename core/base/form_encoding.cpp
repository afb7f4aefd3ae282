#include "core/base/form_encoding.h"

namespace dataaction {
namespace {

constexpr char kHex[] = "0123456789ABCDEF";

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

void append_escaped(std::string& out, std::string_view value, std::string_view unescaped) {
  for (const char c : value) {
    if (is_letter_or_digit(c) || unescaped.contains(c)) {
      out += c;
    } else {
      out += '%';
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 15];
    }
  }
}

constexpr std::string_view kForm = "*-._";
constexpr std::string_view kUnreserved = "-._~";

}  // namespace

void append_form_field(std::string& out, std::string_view name, std::string_view value) {
  if (!out.empty()) out += '&';
  append_escaped(out, name, kForm);
  out += '=';
  append_escaped(out, value, kForm);
}

void append_url_encoded(std::string& out, std::string_view value) {
  append_escaped(out, value, kUnreserved);
}

}  // namespace dataaction
