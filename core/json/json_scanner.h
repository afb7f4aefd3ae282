// Reads JSON (RFC 8259) from the left, token by token, and checks every byte that it passes: the
// grammar, UTF-8 (Unicode 15, table 3-7), no lone surrogate among the escapes, no more levels than
// JsonChecker::kMaxDepth. Numbers may have any length and size.
//
// It is for pages of records, which pass through by the hundred thousand: no value is made of a
// number, no string is copied, and compact text is appended a run at a time.
// core/json/json_reader.h is for everything else.
//
// Every function is false once something was wrong, and stays so; error() then says what. The text
// outlives the scanner and the views that it gives.

#pragma once

#include <bitset>
#include <cstddef>
#include <string>
#include <string_view>

#include "core/json/json_reader.h"

namespace dataaction {

class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text)
      : begin_(text.data()), at_(begin_), end_(begin_ + text.size()) {}

  // A string token, checked, still with its escapes.
  struct String {
    std::string_view raw;  // between the quotes
    bool escaped = false;

    bool is(std::string_view text) const { return escaped ? unescaped() == text : raw == text; }
    std::string unescaped() const;
  };

  // The first byte of the next token; 0 at the end of the text, and after a failure.
  char peek() {
    if (at_ < end_ && *at_ <= ' ') skip_space();
    return at_ < end_ ? *at_ : '\0';
  }
  size_t offset() const { return static_cast<size_t>(at_ - begin_); }
  // What is open.
  size_t depth() const { return depth_; }
  bool in_object() const { return depth_ > 0 && objects_[depth_ - 1]; }

  // `{` or `[`.
  bool open(char bracket);
  // Whether a member or element comes next in what was opened last; `first`: none has come yet.
  // If none does, the bracket has been closed. Also false after a failure.
  bool more(bool first);
  // The name of a member, and its colon.
  bool key(String& name);
  bool string(String& value);
  // Any value, whatever is in it. `text`, where given, is what it looks like.
  bool value(std::string_view* text = nullptr);
  // That nothing but white space is left.
  bool end();

  // From the next token on the compact form of what is passed is appended to `out`, until
  // finish_copy().
  void start_copy(std::string& out);
  void finish_copy();

  bool failed() const { return !error_.what.empty(); }
  const JsonError& error() const { return error_; }
  // Stops with a reason of the caller's, at `offset`.
  bool fail(std::string what, size_t offset);

 private:
  bool expected(std::string_view what);
  void skip_space();
  bool literal(std::string_view word);
  bool number();
  bool digits();
  bool escape();
  bool unicode_escape();
  bool scalar();

  const char* begin_;
  const char* at_;
  const char* end_;
  const char* run_ = nullptr;   // what of the text has not been copied yet begins here
  std::string* out_ = nullptr;  // where to
  size_t depth_ = 0;
  std::bitset<JsonChecker::kMaxDepth> objects_;  // by level: an object, or an array
  JsonError error_;
};

}  // namespace dataaction
