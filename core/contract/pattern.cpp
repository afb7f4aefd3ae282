#include "core/contract/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <vector>

namespace dataaction {
namespace {

constexpr uint32_t kOptions = PCRE2_UTF | PCRE2_ALT_BSUX | PCRE2_ALLOW_EMPTY_CLASS |
                              PCRE2_MATCH_UNSET_BACKREF | PCRE2_DOLLAR_ENDONLY |
                              PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT;

// Bytes that PCRE2 passes in the time of one unit of effort: within an item, and where it looks for
// a place to begin or checks the encoding.
constexpr size_t kBytesPerUnit = 16;
constexpr size_t kFastBytesPerUnit = 64;

struct FreeContext {
  void operator()(pcre2_compile_context* context) const { pcre2_compile_context_free(context); }
};

std::string message_of(int error) {
  std::array<PCRE2_UCHAR, 256> text = {};
  pcre2_get_error_message(error, text.data(), text.size());
  return reinterpret_cast<const char*>(text.data());
}

// A class of characters has a hyphen beside \d, \w or \s: no range begins or ends there, so that
// hyphen is itself (ECMA 262, annex B.1.2), which PCRE2 has to be told.
class HyphenEscaper {
 public:
  explicit HyphenEscaper(std::string_view text) : text_(text) {
    while (at_ < text_.size()) {
      if (text_[at_] == '[' && !inside_) {
        open();
      } else if (text_[at_] == ']' && inside_) {
        inside_ = false;
        take(1);
      } else if (text_[at_] == '-' && inside_) {
        hyphen();
      } else {
        atom();
      }
    }
  }

  const std::string& text() const { return out_; }
  // Where in the given text byte `at` of the other one stands.
  size_t original(size_t at) const {
    return at - static_cast<size_t>(
                    std::ranges::count_if(added_, [at](size_t each) { return each < at; }));
  }

 private:
  enum class Last : uint8_t {
    kNothing,
    kCharacter,
    kSet,    // \d and its like
    kRange,  // or what looked like one: a hyphen is the next character
  };

  void take(size_t size) {
    out_ += text_.substr(at_, size);
    at_ = std::min(at_ + size, text_.size());
  }
  bool is_set(size_t at) const {
    return at + 1 < text_.size() && text_[at] == '\\' &&
           std::string_view("dDsSwW").contains(text_[at + 1]);
  }
  void open() {
    inside_ = true;
    last_ = Last::kNothing;
    in_range_ = false;
    take(text_.substr(at_).starts_with("[^") ? 2 : 1);
  }
  void atom() {
    const bool set = is_set(at_);
    take(text_[at_] == '\\' ? 2 : 1);
    last_ = in_range_ ? Last::kRange : set ? Last::kSet : Last::kCharacter;
    in_range_ = false;
  }
  void hyphen() {
    const bool ends = at_ + 1 == text_.size() || text_[at_ + 1] == ']';
    if (ends || in_range_ || last_ == Last::kNothing) return atom();
    if (last_ != Last::kCharacter || is_set(at_ + 1)) {
      added_.push_back(out_.size());
      out_ += '\\';
    }
    if (last_ == Last::kRange) return atom();
    take(1);
    in_range_ = true;
  }

  const std::string_view text_;
  size_t at_ = 0;
  std::string out_;
  std::vector<size_t> added_;  // backslashes in out_
  bool inside_ = false;        // a class
  bool in_range_ = false;      // behind the hyphen that could make one
  Last last_ = Last::kNothing;
};

// What the steps of one search are paid from.
struct Account {
  Effort& effort;
  size_t per_step;
  size_t position = 0;
};

// PCRE2 calls this before each item of the pattern. A negative answer ends the search.
int pay(pcre2_callout_block* block, void* data) noexcept {
  auto& account = *static_cast<Account*>(data);
  const size_t position = block->current_position;
  const size_t passed = position > account.position ? position - account.position : 0;
  account.position = position;
  return account.effort.spend(account.per_step + passed / kBytesPerUnit) ? 0 : PCRE2_ERROR_CALLOUT;
}

}  // namespace

void Pattern::Free::operator()(pcre2_code* code) const {
  pcre2_code_free(code);
}

std::expected<Pattern, std::string> Pattern::compile(std::string_view text) {
  const std::unique_ptr<pcre2_compile_context, FreeContext> context(
      pcre2_compile_context_create(nullptr));
  if (!context) return std::unexpected("out of memory");
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_ANYCRLF);
  if (text.size() > kMaxLength) {
    return std::unexpected("it is longer than " + std::to_string(kMaxLength) + " bytes at byte " +
                           std::to_string(kMaxLength));
  }
  pcre2_set_compile_extra_options(context.get(), PCRE2_EXTRA_ALT_BSUX);

  int error = 0;
  size_t offset = 0;
  Pattern pattern;
  const HyphenEscaper escaped(text);
  pattern.code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(escaped.text().data()),
                                    escaped.text().size(), kOptions, &error, &offset,
                                    context.get()));
  if (!pattern.code_) {
    return std::unexpected(message_of(error) + " at byte " +
                           std::to_string(escaped.original(offset)));
  }
  uint32_t back_references = 0;
  pcre2_pattern_info(pattern.code_.get(), PCRE2_INFO_BACKREFMAX, &back_references);
  pattern.refers_back_ = back_references > 0;
  return pattern;
}

void PatternSearch::Free::operator()(pcre2_match_context* context) const {
  pcre2_match_context_free(context);
}
void PatternSearch::Free::operator()(pcre2_match_data* data) const {
  pcre2_match_data_free(data);
}

PatternSearch::Result PatternSearch::search(const Pattern& pattern, std::string_view text) {
  if (!context_) {
    context_.reset(pcre2_match_context_create(nullptr));
    data_.reset(pcre2_match_data_create(1, nullptr));
    if (!context_ || !data_) return Result::kGaveUp;
    pcre2_set_match_limit(context_.get(), kMatchLimit);
    pcre2_set_depth_limit(context_.get(), kDepthLimit);
    pcre2_set_heap_limit(context_.get(), kHeapLimit);
  }
  // A back reference may compare the whole string and then not fit, which no callout tells.
  const size_t compared = pattern.refers_back_ ? text.size() / kFastBytesPerUnit : 0;
  Account account{effort_, 1 + compared};
  pcre2_set_callout(context_.get(), pay, &account);
  if (!effort_.spend(1 + text.size() / kFastBytesPerUnit)) return Result::kGaveUp;

  const int result = pcre2_match(pattern.code_.get(), reinterpret_cast<PCRE2_SPTR>(text.data()),
                                 text.size(), 0, 0, data_.get(), context_.get());
  if (result >= 0) return Result::kFound;
  const bool not_utf8 = result <= PCRE2_ERROR_UTF8_ERR1 && result >= PCRE2_ERROR_UTF8_ERR21;
  return result == PCRE2_ERROR_NOMATCH || not_utf8 ? Result::kNotFound : Result::kGaveUp;
}

}  // namespace dataaction
