// What a token endpoint and a platform answer. A token that is taken is fit for a header and has
// its life; a message is one line of bounded UTF-8 without long words; the first line of the input
// is the status.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/base/units.h"
#include "core/base/utf8.h"
#include "core/platform/platform_error.h"
#include "core/platform/token_answer.h"
#include "core/webhook/context_id.h"

namespace {

using namespace dataaction;

void require(bool what) {
  if (!what) std::abort();
}

void check_line(std::string_view text, size_t longest_word) {
  size_t word = 0;
  while (!text.empty()) {
    const Utf8Sequence sequence = read_utf8(text.data(), text.data() + text.size());
    const auto first = static_cast<unsigned char>(text.front());
    require(sequence.valid && first >= 0x20 && first != 0x7F);
    word = first == ' ' ? 0 : word + sequence.size;
    require(word <= longest_word);
    text.remove_prefix(sequence.size);
  }
}

void check_token(int status, const TokenAnswer& answer) {
  require(status == 200);
  const std::string& token = answer.access_token;
  require(!token.empty() && token.size() <= kMaxTokenSize);
  require(std::ranges::all_of(token, [](char c) { return c > ' ' && c < '\x7F' && c != '"'; }));
  require(answer.expires_in.count() > 0);
  const auto renewal = renew_after(answer.expires_in);
  require(renewal.count() > 0 && renewal < answer.expires_in);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t line = std::min(input.find('\n'), input.size());
  const auto status = static_cast<int>(parse_number(input.substr(0, line)).value_or(200) % 1000);
  const std::string_view body = input.substr(std::min(line + 1, input.size()));

  const auto answer = read_token_answer(status, body);
  if (answer) {
    check_token(status, *answer);
  } else {
    require(answer.error().status == status && answer.error().message.size() <= 256);
    // The longest word is a code of RFC 6749; a description adds its brackets and an ellipsis.
    check_line(answer.error().message, 25);
  }

  const PlatformError error = read_platform_error(body);
  require(error.code.size() <= 64 && error.message.size() <= 256);
  check_line(error.code, 64);
  check_line(error.message, 40 + 3);
  require(context_id_from(error.context_id, {}) == error.context_id);
  return 0;
}
