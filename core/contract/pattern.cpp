#include "core/contract/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>

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
  pcre2_set_max_pattern_length(context.get(), kMaxLength);
  pcre2_set_compile_extra_options(context.get(), PCRE2_EXTRA_ALT_BSUX);

  int error = 0;
  size_t offset = 0;
  Pattern pattern;
  pattern.code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
                                    kOptions, &error, &offset, context.get()));
  if (!pattern.code_) {
    return std::unexpected(message_of(error) + " at byte " + std::to_string(offset));
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
