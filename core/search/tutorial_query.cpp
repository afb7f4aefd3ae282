#include "core/search/tutorial_query.h"

#include <algorithm>
#include <array>

namespace dataaction {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kBeforeValue = " \t\r\n:([{+-!&|<>=";
constexpr std::string_view kAfterValue = " \t\r\n)]}";

constexpr bool is_alphanumeric(char c) {
  return is_name_char(c) && c != '_';
}
constexpr bool is_word_char(char c) {
  return is_name_char(c) || c == '.' || c == '@' || c == '+' || c == '-';
}

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool is_operator(std::string_view word) {
  static constexpr std::array<std::string_view, 4> kOperators = {"and", "or", "not", "to"};
  return std::ranges::any_of(kOperators, [word](std::string_view one) {
    return std::ranges::equal(word, one, {}, lower);
  });
}

// The name of the placeholder that `text` begins with behind its colon, if `before` can stand
// there.
std::string_view placeholder(char before, std::string_view text) {
  if (kBeforeValue.find(before) == std::string_view::npos) return {};
  if (text.empty() || !is_name_begin(text.front())) return {};
  const auto end = std::ranges::find_if_not(text, is_name_char);
  return text.substr(0, static_cast<size_t>(end - text.begin()));
}

}  // namespace

std::expected<QueryTemplate, std::string> parse_tutorial_query(std::string_view text) {
  if (text.find_first_not_of(kSpace) == std::string_view::npos) {
    return std::unexpected("the query is empty");
  }
  QueryTemplate query;
  bool quoted = false;
  bool slash = false;
  char before = ' ';
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\' && at + 1 < text.size()) {
      query.add_text(text.substr(at++, 2));
      before = c;
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (c == '/' && !quoted) slash = true;
    const std::string_view name =
        c == ':' && !quoted ? placeholder(before, text.substr(at + 1)) : std::string_view();
    before = c;
    if (name.empty()) {
      query.add_text(c);
      continue;
    }
    at += name.size();
    if (at + 1 < text.size() && kAfterValue.find(text[at + 1]) == std::string_view::npos) {
      return std::unexpected("the placeholder \":" + std::string(name) + "\" is followed by \"" +
                             text[at + 1] + '"');
    }
    query.add_parameter(name);
  }
  if (quoted) return std::unexpected("a quote is not closed");
  if (slash && !query.names().empty()) {
    return std::unexpected("\"/\" needs quotes beside a placeholder");
  }
  return query;
}

void append_tutorial_value(std::string& out, std::string_view value) {
  if (!value.empty() && is_alphanumeric(value.front()) &&
      std::ranges::all_of(value, is_word_char) && !is_operator(value)) {
    out += value;
    return;
  }
  out += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

}  // namespace dataaction
