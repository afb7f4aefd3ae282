#include "core/json/json_scanner.h"

#include <bit>
#include <cstdint>
#include <cstring>

#include "core/base/ascii.h"
#include "core/base/utf8.h"

namespace dataaction {
namespace {

constexpr bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// The code unit of four hexadecimal digits; -1: there are no such four.
int code_unit(const char* p, const char* end) {
  if (end - p < 4) return -1;
  int unit = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = ascii_hex_digit(p[i]);
    if (digit < 0) return -1;
    unit = unit << 4 | digit;
  }
  return unit;
}
constexpr bool is_high_surrogate(int unit) {
  return (unit & 0xFC00) == 0xD800;
}
constexpr bool is_low_surrogate(int unit) {
  return (unit & 0xFC00) == 0xDC00;
}

// What a byte inside a string needs: nothing, or a closer look.
constexpr bool is_plain(char c) {
  return c >= ' ' && c != '"' && c != '\\' && static_cast<unsigned char>(c) < 0x80;
}

// The high bits of those of eight bytes that are not plain (Mycroft's tests for a byte that is
// small, or zero). What they find too much is behind the first one that is rightly found.
uint64_t special_bytes(uint64_t word) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHighs = 0x8080808080808080;
  const uint64_t quote = word ^ (kOnes * '"');
  const uint64_t backslash = word ^ (kOnes * '\\');
  return ((word - kOnes * ' ') | (quote - kOnes) | (backslash - kOnes) | word) & kHighs;
}

// The first byte that is not plain.
const char* skip_plain(const char* p, const char* end) {
  for (; end - p >= 8; p += 8) {
    uint64_t word;
    memcpy(&word, p, sizeof word);
    const uint64_t special = special_bytes(word);
    if (special == 0) continue;
    if (std::endian::native != std::endian::little) break;
    return p + std::countr_zero(special) / 8;
  }
  while (p < end && is_plain(*p)) ++p;
  return p;
}

void append_utf8(std::string& out, unsigned code) {
  const auto byte = [&out](unsigned value) { out += static_cast<char>(value); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | code >> 6);
    byte(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  } else {
    byte(0xF0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3F));
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  }
}

}  // namespace

std::string JsonScanner::String::unescaped() const {
  if (!escaped) return std::string(raw);
  std::string out;
  out.reserve(raw.size());
  const char* p = raw.data();
  const char* const end = p + raw.size();
  while (p < end) {
    if (*p != '\\') {
      out += *p++;
      continue;
    }
    const char c = p[1];
    p += 2;
    if (c != 'u') {
      constexpr std::string_view kFrom = "bfnrt";
      const size_t at = kFrom.find(c);
      out += at == std::string_view::npos ? c : "\b\f\n\r\t"[at];
      continue;
    }
    auto code = static_cast<unsigned>(code_unit(p, end));
    p += 4;
    if (is_high_surrogate(static_cast<int>(code))) {
      const auto low = static_cast<unsigned>(code_unit(p + 2, end));
      code = 0x10000 + ((code & 0x3FF) << 10 | (low & 0x3FF));
      p += 6;
    }
    append_utf8(out, code);
  }
  return out;
}

bool JsonScanner::fail(std::string what, size_t offset) {
  if (!failed()) error_ = {offset, std::move(what)};
  end_ = at_;
  return false;
}

bool JsonScanner::expected(std::string_view what) {
  if (at_ == end_) return fail("the text ends where " + std::string(what) + " should be", offset());
  return fail(std::string(what) + " expected", offset());
}

void JsonScanner::skip_space() {
  if (!is_space(*at_)) return;
  if (out_ != nullptr) out_->append(run_, at_);
  while (at_ < end_ && is_space(*at_)) ++at_;
  run_ = at_;
}

bool JsonScanner::open(char bracket) {
  if (peek() != bracket) return expected({&bracket, 1});
  if (depth_ == objects_.size()) {
    return fail("more than " + std::to_string(objects_.size()) + " levels", offset());
  }
  ++at_;
  objects_[depth_++] = bracket == '{';
  return true;
}

bool JsonScanner::more(bool first) {
  if (failed()) return false;
  const char c = peek();
  const bool object = objects_[depth_ - 1];
  if (c == (object ? '}' : ']')) {
    ++at_;
    --depth_;
    return false;
  }
  if (first) return at_ < end_ || expected("a value");
  if (c != ',') return expected(object ? "',' or '}'" : "',' or ']'");
  ++at_;
  return true;
}

bool JsonScanner::key(String& name) {
  if (peek() != '"') return expected("the name of a member");
  if (!string(name)) return false;
  if (peek() != ':') return expected("':'");
  ++at_;
  return true;
}

bool JsonScanner::string(String& value) {
  if (peek() != '"') return expected("a string");
  const char* const begin = ++at_;
  value.escaped = false;
  for (;;) {
    at_ = skip_plain(at_, end_);
    if (at_ == end_) return expected("the end of a string");
    const char c = *at_;
    if (c == '"') break;
    if (c == '\\') {
      value.escaped = true;
      if (!escape()) return false;
    } else if (static_cast<unsigned char>(c) < ' ') {
      return fail("control character in a string", offset());
    } else {
      const Utf8Sequence sequence = read_utf8(at_, end_);
      if (!sequence.valid) return fail("not UTF-8", offset());
      at_ += sequence.size;
    }
  }
  value.raw = {begin, at_};
  ++at_;
  return true;
}

bool JsonScanner::escape() {
  if (end_ - at_ < 2) return ++at_, expected("the rest of an escape");
  const char c = at_[1];
  if (c == 'u') return unicode_escape();
  constexpr std::string_view kEscapes = R"("\/bfnrt)";
  if (kEscapes.find(c) == std::string_view::npos) return fail("unknown escape", offset());
  at_ += 2;
  return true;
}

bool JsonScanner::unicode_escape() {
  const int unit = code_unit(at_ + 2, end_);
  if (unit < 0) return fail("\\u without four hexadecimal digits", offset());
  size_t size = 6;
  if (is_high_surrogate(unit) && end_ - at_ >= 12 && at_[6] == '\\' && at_[7] == 'u' &&
      is_low_surrogate(code_unit(at_ + 8, end_))) {
    size = 12;
  } else if (is_high_surrogate(unit) || is_low_surrogate(unit)) {
    return fail("lone surrogate in a string", offset());
  }
  at_ += size;
  return true;
}

bool JsonScanner::literal(std::string_view word) {
  if (!std::string_view(at_, end_).starts_with(word)) return expected("a value");
  at_ += word.size();
  return true;
}

bool JsonScanner::digits() {
  if (at_ == end_ || !is_ascii_digit(*at_)) return expected("a digit");
  while (at_ < end_ && is_ascii_digit(*at_)) ++at_;
  return true;
}

bool JsonScanner::number() {
  if (*at_ == '-') ++at_;
  if (at_ < end_ && *at_ == '0') {
    ++at_;
  } else if (!digits()) {
    return false;
  }
  if (at_ < end_ && *at_ == '.') {
    ++at_;
    if (!digits()) return false;
  }
  if (at_ < end_ && (*at_ == 'e' || *at_ == 'E')) {
    ++at_;
    if (at_ < end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    return digits();
  }
  return true;
}

bool JsonScanner::scalar() {
  switch (peek()) {
    case '"': {
      String ignored;
      return string(ignored);
    }
    case 't':
      return literal("true");
    case 'f':
      return literal("false");
    case 'n':
      return literal("null");
    case '-':
      return number();
    default:
      if (at_ < end_ && is_ascii_digit(*at_)) return number();
      return expected("a value");
  }
}

bool JsonScanner::value(std::string_view* text) {
  const size_t outside = depth_;
  peek();
  const char* const begin = at_;
  bool first = false;
  // Not recursive: a level is a bit.
  do {
    const char c = peek();
    first = c == '{' || c == '[';
    if (first ? !open(c) : !scalar()) return false;
    // Closes all that ends here.
    while (depth_ > outside && !more(first)) {
      if (failed()) return false;
      first = false;
    }
    if (depth_ > outside && objects_[depth_ - 1]) {
      String name;
      if (!key(name)) return false;
    }
  } while (depth_ > outside);
  if (text != nullptr) *text = {begin, at_};
  return true;
}

bool JsonScanner::end() {
  if (failed()) return false;
  peek();
  return at_ == end_ || fail("there is more after the value", offset());
}

void JsonScanner::start_copy(std::string& out) {
  peek();
  out_ = &out;
  run_ = at_;
}

void JsonScanner::finish_copy() {
  if (!failed()) out_->append(run_, at_);
  out_ = nullptr;
}

}  // namespace dataaction
