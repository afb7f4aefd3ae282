#include "core/action/json_path_parser.h"

#include <charconv>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/utf8.h"
#include "core/json/json_scanner.h"

namespace dataaction {
namespace {

constexpr int64_t kMaxInteger = (int64_t{1} << 53) - 1;  // RFC 9535, 2.1

}  // namespace

std::expected<JsonPath, std::string> JsonPath::Parser::parse() {
  JsonPath path;
  path.relative_ = peek() == '@';
  if (peek() != '$' && peek() != '@') {
    fail("a path begins with \"$\" or \"@\"");
  } else {
    ++at_;
  }
  while (error_.empty() && at_ < text_.size()) path.segments_.push_back(segment());
  if (!error_.empty()) return std::unexpected(std::move(error_));
  return path;
}

JsonPath::Segment JsonPath::Parser::segment() {
  const size_t begin = at_;
  skip_blanks();
  if (at_ == text_.size()) {
    at_ = begin;
    fail("blanks at the end");
    return {};
  }
  Segment out;
  out.descendants = take("..");
  if (peek() == '[') {
    ++at_;
    out.selectors = selectors();
  } else if (out.descendants || take(".")) {
    out.selectors.push_back(shorthand());
  } else {
    fail("\".\" or \"[\" expected");
  }
  return out;
}

JsonPath::Selector JsonPath::Parser::shorthand() {
  if (take("*")) return {};
  const size_t begin = at_;
  while (at_ < text_.size()) {
    const char* const p = text_.data() + at_;
    const Utf8Sequence sequence = read_utf8(p, text_.data() + text_.size());
    const bool plain = is_ascii_alnum(*p) || *p == '_';
    if (!sequence.valid || (sequence.size == 1 && !plain)) break;
    at_ += sequence.size;
  }
  if (at_ == begin || is_ascii_digit(text_[begin])) {
    at_ = begin;
    fail("a name expected; what is not made of letters, digits and \"_\" is written ['name']");
    return {};
  }
  return {.kind = Selector::Kind::kName, .name = std::string(text_.substr(begin, at_ - begin))};
}

std::vector<JsonPath::Selector> JsonPath::Parser::selectors() {
  std::vector<Selector> out;
  do {
    skip_blanks();
    out.push_back(selector());
    skip_blanks();
  } while (take(","));
  if (!take("]")) fail("\",\" or \"]\" expected");
  return out;
}

JsonPath::Selector JsonPath::Parser::selector() {
  const char c = peek();
  if (take("*")) return {};
  if (c == '"' || c == '\'') return {.kind = Selector::Kind::kName, .name = quoted()};
  if (c == '?') {
    fail("filters (\"?\") are not supported");
    return {};
  }
  if (c == '-' || c == ':' || is_ascii_digit(c)) return index_or_slice();
  fail("a name in quotes, a number, a slice or \"*\" expected");
  return {};
}

JsonPath::Selector JsonPath::Parser::index_or_slice() {
  Selector out{.kind = Selector::Kind::kIndex, .begin = integer()};
  if (!take_colon()) return out;
  out.kind = Selector::Kind::kSlice;
  out.end = integer();
  if (take_colon()) out.step = integer().value_or(1);
  return out;
}

bool JsonPath::Parser::take_colon() {
  const size_t before = at_;
  skip_blanks();
  if (!take(":")) {
    at_ = before;
    return false;
  }
  skip_blanks();
  return true;
}

std::optional<int64_t> JsonPath::Parser::integer() {
  const size_t begin = at_;
  const bool negative = take("-");
  const size_t digits = at_;
  while (is_ascii_digit(peek())) ++at_;
  if (at_ == begin) return std::nullopt;
  const std::string_view text = text_.substr(digits, at_ - digits);
  int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool canonical = text.size() == 1 ? !negative || value != 0 : !text.starts_with('0');
  if (text.empty() || !canonical || read.ec != std::errc() || value > kMaxInteger) {
    at_ = begin;
    fail("not a whole number as RFC 9535 has them: no zeros before it, within 2^53");
    return std::nullopt;
  }
  return negative ? -value : value;
}

std::string JsonPath::Parser::quoted() {
  const size_t begin = at_;
  const char quote = text_[at_++];
  std::string json = "\"";
  while (at_ < text_.size() && text_[at_] != quote) {
    const char c = text_[at_++];
    if (c == '\\') {
      const char escaped = peek();
      if ((escaped == '"' || escaped == '\'') && escaped != quote) {
        fail("this quote needs no escape");
        return {};
      }
      if (escaped != '\'') json += c;
      if (at_ < text_.size()) json += text_[at_++];
    } else {
      if (c == '"') json += '\\';
      json += c;
    }
  }
  json += '"';
  if (at_ == text_.size()) {
    fail("the name has no end");
    return {};
  }
  ++at_;
  JsonScanner scanner(json);
  JsonScanner::String string;
  if (scanner.string(string) && scanner.end()) return string.unescaped();
  at_ = begin;
  fail("in this name: " + scanner.error().what);
  return {};
}

}  // namespace dataaction
