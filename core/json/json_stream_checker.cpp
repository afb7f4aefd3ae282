#include "core/json/json_stream_checker.h"

#include <algorithm>

#include "core/base/units.h"
#include "core/json/json_scanner.h"

namespace dataaction {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

// What may follow a number or a word.
constexpr std::string_view kAfterScalar = ",:]}[{\" \t\r\n";

}  // namespace

bool JsonStreamChecker::fail(std::string what, size_t offset) {
  if (!failed()) error_ = {offset, std::move(what)};
  return false;
}

bool JsonStreamChecker::expected(size_t offset) {
  switch (state_) {
    case State::kName:
    case State::kFirstName:
      return fail("the name of a member expected", offset);
    case State::kColon:
      return fail("':' expected", offset);
    case State::kNext:
      return fail(levels_.back() == '{' ? "',' or '}' expected" : "',' or ']' expected", offset);
    case State::kEnd:
      return fail("there is more after the value", offset);
    case State::kValue:
    case State::kFirstValue:
      break;
  }
  return fail("a value expected", offset);
}

bool JsonStreamChecker::add(std::string_view bytes) {
  if (failed()) return false;
  piece_ = bytes.size();
  std::string_view rest = bytes;
  while (!rest.empty()) {
    if (!(kind_ == Kind::kNone ? take_token(rest) : take_value(rest))) return false;
  }
  before_ += piece_;
  piece_ = 0;
  return true;
}

bool JsonStreamChecker::finish() {
  if (failed()) return false;
  if (kind_ == Kind::kScalar && levels_.empty() && !end_value(held_)) return false;
  if (kind_ == Kind::kLine) return fail("the last line has no end", before_);
  if (kind_ != Kind::kNone && in_records()) {
    return fail("the text ends inside record " + std::to_string(records_ + 1), before_);
  }
  if (shape_ == Shape::kLines || state_ == State::kEnd) return true;
  if (shape_ == Shape::kUnknown) return fail("the text is empty", before_);
  return fail("the text ends before its last bracket", before_);
}

bool JsonStreamChecker::take_token(std::string_view& rest) {
  if (shape_ == Shape::kLines) {
    begin_value('\n', offset_of(rest));
    return true;
  }
  const size_t skipped = rest.find_first_not_of(kSpace);
  rest.remove_prefix(std::min(skipped, rest.size()));
  if (rest.empty()) return true;

  const char c = rest.front();
  const size_t offset = offset_of(rest);
  const bool may_close =
      state_ == State::kNext || state_ == State::kFirstValue || state_ == State::kFirstName;
  if (may_close && c == (levels_.back() == '{' ? '}' : ']')) {
    ascend();
  } else if (state_ == State::kNext && c == ',') {
    state_ = levels_.back() == '{' ? State::kName : State::kValue;
  } else if (state_ == State::kColon && c == ':') {
    state_ = State::kValue;
  } else if (state_ == State::kName || state_ == State::kFirstName) {
    if (c != '"') return expected(offset);
    begin_value(c, offset);
    return true;
  } else if (state_ == State::kValue || state_ == State::kFirstValue) {
    if (!descend(c, offset)) {
      if (failed()) return false;
      begin_value(c, offset);
      return true;
    }
  } else {
    return expected(offset);
  }
  rest.remove_prefix(1);
  return true;
}

// Whether `bracket` opens something that has records in it.
bool JsonStreamChecker::descend(char bracket, size_t offset) {
  if (levels_.empty()) {
    shape_ = bracket == '[' ? Shape::kArray : bracket == '{' ? Shape::kEnvelope : Shape::kValue;
    if (shape_ == Shape::kValue) return false;
  } else if (levels_ == "[") {
    if (bracket == '[' && state_ == State::kFirstValue) shape_ = Shape::kBatches;
    if (shape_ != Shape::kBatches) return false;
    if (bracket != '[') return fail("a batch expected", offset);
  } else if (levels_ != "{" || name_ != "records" || bracket != '[') {
    return false;
  }
  levels_ += bracket;
  state_ = bracket == '{' ? State::kFirstName : State::kFirstValue;
  return true;
}

void JsonStreamChecker::ascend() {
  levels_.pop_back();
  state_ = levels_.empty() ? State::kEnd : State::kNext;
}

void JsonStreamChecker::begin_value(char first, size_t offset) {
  begin_ = offset;
  depth_ = 0;
  quoted_ = escaped_ = false;
  held_.clear();
  switch (first) {
    case '{':
    case '[':
      kind_ = Kind::kBrackets;
      break;
    case '"':
      kind_ = Kind::kString;
      break;
    case '\n':
      kind_ = Kind::kLine;
      break;
    default:
      kind_ = Kind::kScalar;
  }
}

bool JsonStreamChecker::take_value(std::string_view& rest) {
  bool ended = false;
  const std::string_view text = rest.substr(0, measure(rest, ended));
  rest.remove_prefix(text.size());
  if (held_.size() + text.size() > max_value_) {
    return fail("a value is longer than " + std::to_string(max_value_) + " bytes", begin_);
  }
  if (ended && held_.empty()) return end_value(text);
  held_ += text;
  return !ended || end_value(held_);
}

// Only as closely as it takes to find the end: check() then looks at all of it.
size_t JsonStreamChecker::measure(std::string_view bytes, bool& ended) {
  if (kind_ == Kind::kLine || kind_ == Kind::kScalar) {
    const size_t at = bytes.find_first_of(kind_ == Kind::kLine ? "\n" : kAfterScalar);
    ended = at != std::string_view::npos;
    // A scalar of no bytes is a character that begins nothing: check() shall see it.
    if (kind_ == Kind::kScalar && at == 0 && held_.empty()) return 1;
    return std::min(bytes.size(), at) + (ended && kind_ == Kind::kLine ? 1 : 0);
  }
  for (size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (quoted_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        quoted_ = false;
      }
    } else if (c == '"') {
      quoted_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if (c == '}' || c == ']') {
      --depth_;
    }
    ended = !quoted_ && depth_ == 0;
    if (ended) return i + 1;
  }
  return bytes.size();
}

bool JsonStreamChecker::end_value(std::string_view text) {
  kind_ = Kind::kNone;
  if (!check(text)) return false;
  if (state_ == State::kName || state_ == State::kFirstName) {
    JsonScanner scanner(text);
    JsonScanner::String name;
    scanner.string(name);
    name_ = name.unescaped();
    state_ = State::kColon;
    return true;
  }
  if (in_records()) {
    ++records_;
  } else if (levels_ == "{") {
    keep(text);
  }
  if (shape_ != Shape::kLines) state_ = levels_.empty() ? State::kEnd : State::kNext;
  return true;
}

bool JsonStreamChecker::check(std::string_view text) {
  JsonScanner scanner(text);
  if (scanner.value() && scanner.end()) return true;
  std::string what = in_records() ? "record " + std::to_string(records_ + 1) + ": " : std::string();
  return fail(std::move(what) + scanner.error().what, begin_ + scanner.error().offset);
}

bool JsonStreamChecker::in_records() const {
  return shape_ == Shape::kLines || levels_.size() == 2 ||
         (shape_ == Shape::kArray && levels_ == "[");
}

void JsonStreamChecker::keep(std::string_view text) {
  if (name_ == "count") envelope_.count = parse_number(text);
  if (name_ == "complete" && (text == "true" || text == "false"))
    envelope_.complete = text == "true";
  std::string* const kept = name_ == "reason" ? &envelope_.reason
                            : name_ == "next" ? &envelope_.next
                                              : nullptr;
  JsonScanner scanner(text);
  JsonScanner::String value;
  if (kept != nullptr && scanner.string(value)) *kept = value.unescaped();
}

}  // namespace dataaction
