// The regular expressions of JSON Schema (`pattern`, `patternProperties`) on PCRE2: compiled once,
// searched for in strings that anybody may have sent.
//
// The drafts mean ECMA 262, not anchored. The nearest that PCRE2 has: \d, \w and \s are ASCII (no
// PCRE2_UCP; ECMA's \s also has Unicode's spaces), $ is the very end (PCRE2_DOLLAR_ENDONLY),
// \uXXXX, \u{X} and \xXX as in JavaScript (PCRE2_ALT_BSUX and its extra option), [] and [^] as
// there (PCRE2_ALLOW_EMPTY_CLASS), a group that did not take part matches the empty string
// (PCRE2_MATCH_UNSET_BACKREF), a hyphen beside \d and the like in a class is itself, characters and
// not bytes (PCRE2_UTF), and a dot is all but CR and LF (ECMA has U+2028 and U+2029 as well).
// Look-arounds and named groups are written alike. What else PCRE2 knows is understood and not
// refused.
//
// A search is bounded in three ways. PCRE2's match limit counts anew from each place where a match
// could begin, so a long string makes it nearly no limit; therefore every item of a pattern reports
// its steps (PCRE2_AUTO_CALLOUT) and they are paid from the caller's Effort. The heap and depth
// limits bound the memory, so a repeated group over more than some 100,000 characters gives up
// too. There is no JIT: it would need memory that is writable and executable in the worker, and it
// has a machine stack of its own that is no better bounded.

#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "core/contract/effort.h"

struct pcre2_real_code_8;
struct pcre2_real_match_context_8;
struct pcre2_real_match_data_8;

namespace dataaction {

class Pattern {
 public:
  static constexpr size_t kMaxLength = 4096;  // of the expression, in bytes

  // The error says what is wrong, and at which byte.
  static std::expected<Pattern, std::string> compile(std::string_view text);

 private:
  friend class PatternSearch;
  struct Free {
    void operator()(pcre2_real_code_8* code) const;
  };

  std::unique_ptr<pcre2_real_code_8, Free> code_;
  bool refers_back_ = false;
};

// The memory of searches that follow one another, and the account that they share. `effort`
// outlives it.
class PatternSearch {
 public:
  static constexpr uint32_t kMatchLimit = 5'000'000;
  static constexpr uint32_t kDepthLimit = 200'000;
  static constexpr uint32_t kHeapLimit = 16 * 1024;  // KiB

  enum class Result : uint8_t {
    kFound,
    kNotFound,  // or the text is not UTF-8
    kGaveUp,    // at one of the limits
  };

  explicit PatternSearch(Effort& effort) : effort_(effort) {}

  Result search(const Pattern& pattern, std::string_view text);

 private:
  struct Free {
    void operator()(pcre2_real_match_context_8* context) const;
    void operator()(pcre2_real_match_data_8* data) const;
  };

  Effort& effort_;
  std::unique_ptr<pcre2_real_match_context_8, Free> context_;  // made for the first search
  std::unique_ptr<pcre2_real_match_data_8, Free> data_;
};

}  // namespace dataaction
