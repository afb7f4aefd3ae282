// Reads texts whose fields have a fixed form, as dates do: from the left, one field after the
// other. A field that is not there makes the reader fail, and everything after it; asking at the
// end is enough. A view: the text outlives the reader.

#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace dataaction {

class FixedFields {
 public:
  explicit FixedFields(std::string_view text) : rest_(text) {}

  // That the whole text has been read, and all fields were there.
  bool complete() const { return good_ && rest_.empty(); }

  void literal(std::string_view text) { take(rest_.starts_with(text), text.size()); }

  // True if it was there; its absence is no failure.
  bool optional(char c) {
    const bool found = good_ && rest_.starts_with(c);
    if (found) rest_.remove_prefix(1);
    return found;
  }

  // A number of exactly `count` digits, at most nine.
  unsigned digits(size_t count) {
    unsigned value = 0;
    for (size_t i = 0; i < count; ++i) value = value * 10 + digit();
    return value;
  }

  // All digits that come next, at least one.
  std::string_view digit_run() {
    const size_t size = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    const std::string_view run = rest_.substr(0, size);
    take(size != 0, size);
    return good_ ? run : std::string_view();
  }

  // Which of the words comes next.
  unsigned one_of(std::span<const std::string_view> words) {
    unsigned i = 0;
    while (i < words.size() && !rest_.starts_with(words[i])) ++i;
    const bool found = i < words.size();
    take(found, found ? words[i].size() : 0);
    return found ? i : 0;
  }

 private:
  unsigned digit() {
    const char c = rest_.empty() ? '\0' : rest_.front();
    take(c >= '0' && c <= '9', 1);
    return good_ ? static_cast<unsigned>(c - '0') : 0;
  }
  void take(bool found, size_t size) {
    good_ = good_ && found;
    if (good_) rest_.remove_prefix(size);
  }

  std::string_view rest_;
  bool good_ = true;
};

}  // namespace dataaction
