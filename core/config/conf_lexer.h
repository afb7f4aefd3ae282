// Words, terminators and blocks of one nginx configuration file, as ngx_conf_read_token() sees
// them: the same quotes, escapes, `${name}` and limits, the same messages, the same line numbers.
// Also steps over the Lua blocks of OpenResty, which that function never sees.
//
// The text must outlive the lexer. An error is a message without its position, which is line();
// after one only destruction makes sense.

#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dataaction {

class ConfLexer {
 public:
  enum class Token { kDirective, kBlockStart, kBlockEnd, kFileEnd };

  // nginx's buffer: no word is longer, and no comment either.
  static constexpr size_t kMaxWord = 4096;

  explicit ConfLexer(std::string_view text) : text_(text) {}

  // kDirective and kBlockStart have words(), at least one.
  std::expected<Token, std::string> next();

  // Valid until the next call of next().
  std::span<const std::string_view> words() const { return views_; }

  // Where the last token ended or the error is; counted from 1.
  unsigned line() const { return line_; }

  // After the kBlockStart of a `*_by_lua_block`: goes on after its closing brace.
  std::expected<void, std::string> skip_lua_block();

 private:
  std::expected<Token, std::string> finish(Token token);

  std::string_view text_;
  size_t at_ = 0;
  unsigned line_ = 1;
  std::vector<std::string> words_;
  std::vector<std::string_view> views_;
};

}  // namespace dataaction
