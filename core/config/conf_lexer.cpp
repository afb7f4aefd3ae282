#include "core/config/conf_lexer.h"

#include <algorithm>
#include <utility>

#include "core/config/conf_lua.h"

namespace dataaction {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::unexpected<std::string> unexpected_char(char c) {
  return std::unexpected(std::string("unexpected \"") + c + '"');
}

// `\"`, `\'` and `\\` lose their backslash, `\t`, `\r` and `\n` are what they are in C, others
// stay.
std::string unescape(std::string_view raw) {
  std::string word;
  word.reserve(raw.size());
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\' && i + 1 < raw.size()) {
      switch (raw[i + 1]) {
        case '"':
        case '\'':
        case '\\':
          word += raw[++i];
          continue;
        case 't':
          word += '\t';
          ++i;
          continue;
        case 'r':
          word += '\r';
          ++i;
          continue;
        case 'n':
          word += '\n';
          ++i;
          continue;
        default:
          break;
      }
    }
    word += raw[i];
  }
  return word;
}

}  // namespace

std::expected<ConfLexer::Token, std::string> ConfLexer::next() {
  enum class State { kBetween, kComment, kWord, kAfterQuote };
  State state = State::kBetween;
  char quote = 0;         // the one that a kWord began with
  bool escaped = false;   // the character before was a backslash
  bool variable = false;  // the character before was `$`, or `{`s after it
  size_t start = at_;     // of the word or comment
  unsigned start_line = line_;
  words_.clear();

  for (;;) {
    if (at_ == text_.size()) {
      if (!words_.empty() || state == State::kWord || state == State::kAfterQuote) {
        return std::unexpected("unexpected end of file, expecting \";\" or \"}\"");
      }
      return finish(Token::kFileEnd);
    }
    if (at_ - start == kMaxWord) {
      line_ = start_line;
      if (state == State::kWord && quote != 0) {
        return std::unexpected(std::string("too long parameter, probably missing terminating \"") +
                               quote + "\" character");
      }
      return std::unexpected("too long parameter \"" + std::string(text_.substr(start, 10)) +
                             "...\" started");
    }

    const char c = text_[at_++];
    if (c == '\n') {
      ++line_;
      if (state == State::kComment) state = State::kBetween;
    }
    if (state == State::kComment) continue;
    if (std::exchange(escaped, false)) continue;

    if (state == State::kAfterQuote) {
      if (is_space(c)) {
        state = State::kBetween;
        continue;
      }
      if (c == ';') return finish(Token::kDirective);
      if (c == '{') return finish(Token::kBlockStart);
      if (c != ')') return unexpected_char(c);
      state = State::kBetween;
    }

    if (state == State::kBetween) {
      start = at_ - 1;
      start_line = line_;
      if (is_space(c)) continue;
      switch (c) {
        case ';':
        case '{':
          if (words_.empty()) return unexpected_char(c);
          return finish(c == ';' ? Token::kDirective : Token::kBlockStart);
        case '}':
          if (!words_.empty()) return unexpected_char(c);
          return finish(Token::kBlockEnd);
        case '#':
          state = State::kComment;
          continue;
        case '"':
        case '\'':
          ++start;
          quote = c;
          break;
        case '\\':
          escaped = true;
          break;
        case '$':
          variable = true;
          break;
        default:
          break;
      }
      state = State::kWord;
      continue;
    }

    if (c == '{' && variable) continue;
    variable = c == '$';
    if (variable) continue;
    if (c == '\\') {
      escaped = true;
      continue;
    }
    const bool ends = quote != 0 ? c == quote : is_space(c) || c == ';' || c == '{';
    if (!ends) continue;

    words_.push_back(unescape(text_.substr(start, at_ - 1 - start)));
    state = std::exchange(quote, 0) != 0 ? State::kAfterQuote : State::kBetween;
    if (c == ';') return finish(Token::kDirective);
    if (c == '{') return finish(Token::kBlockStart);
  }
}

std::expected<ConfLexer::Token, std::string> ConfLexer::finish(Token token) {
  views_.assign(words_.begin(), words_.end());
  return token;
}

std::expected<void, std::string> ConfLexer::skip_lua_block() {
  const auto size = lua_block_size(text_.substr(at_));
  const std::string_view passed = text_.substr(at_, size ? *size : size.error().at);
  line_ += static_cast<unsigned>(std::ranges::count(passed, '\n'));
  if (!size) return std::unexpected(size.error().message);
  at_ += *size;
  return {};
}

}  // namespace dataaction
