#include "core/action/header_template.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/http_token.h"

namespace dataaction {
namespace {

constexpr std::array<std::string_view, 9> kNotForTemplates = {
    "connection", "content-length",    "expect", "host", "keep-alive", "te",
    "trailer",    "transfer-encoding", "upgrade"};
constexpr std::string_view kProxy = "proxy-";

// The first one that no header has.
std::optional<char> find_control(std::string_view text) {
  const auto found = std::ranges::find_if(text, [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7F';
  });
  return found == text.end() ? std::nullopt : std::optional(*found);
}

std::string describe_control(char control) {
  if (control == '\n') return "it has a line feed";
  if (control == '\r') return "it has a carriage return";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text = "it has the control character U+00";
  return text.append(1, kDigits[control >> 4]).append(1, kDigits[control & 0xF]);
}

std::string trimmed(const std::string& text) {
  constexpr std::string_view kSpace = " \t";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::expected<void, std::string> check_name(std::string_view name) {
  if (name.size() > HeaderTemplate::kMaxName || !is_http_token(name)) {
    return std::unexpected("the name of a header is made of letters, digits and !#$%&'*+-.^_`|~");
  }
  const std::string lower = ascii_lower(name);
  if (std::ranges::find(kNotForTemplates, lower) != kNotForTemplates.end() ||
      lower.starts_with(kProxy)) {
    return std::unexpected("the header \"" + std::string(name) +
                           "\" belongs to the connection, which sets it by itself");
  }
  return {};
}

}  // namespace

std::expected<HeaderTemplate, std::string> HeaderTemplate::parse(std::string_view name,
                                                                 std::string_view value) {
  if (auto checked = check_name(name); !checked) return std::unexpected(checked.error());
  if (value.size() > kMaxSize) {
    return std::unexpected("its value must be at most " + std::to_string(kMaxSize) + " bytes long");
  }
  auto pieces = parse_template(value);
  if (!pieces) return std::unexpected(std::move(pieces.error()));

  HeaderTemplate self;
  self.name_ = name;
  self.pieces_ = std::move(*pieces);
  for (const TemplatePiece& piece : self.pieces_) {
    if (find_control(piece.text)) {
      return std::unexpected("its value has no line ends or other control characters");
    }
    if (piece.hole && piece.hole->is_whole_input()) {
      return std::unexpected("\"${*}\", the whole input, has no place in a header");
    }
    add_field(self.fields_, piece);
  }
  return self;
}

std::expected<std::string, Misfit> HeaderTemplate::render(const JsonTree& input) const {
  std::string out;
  for (const TemplatePiece& piece : pieces_) {
    out += piece.text;
    if (piece.hole) {
      const auto value = text_of(*piece.hole, input);
      if (!value) return std::unexpected(value.error());
      if (const auto control = find_control(*value)) {
        return std::unexpected(wrong_field(kWrongText, *piece.hole, describe_control(*control)));
      }
      out += *value;
    }
    if (out.size() > kMaxSize && !fields_.empty()) {
      return std::unexpected(longest_field(fields_, input, kMaxSize));
    }
  }
  return trimmed(out);
}

}  // namespace dataaction
