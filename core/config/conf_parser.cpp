#include "core/config/conf_parser.h"

#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "core/config/conf_lexer.h"
#include "core/config/config_builder.h"
#include "core/config/directives.h"

namespace dataaction {
namespace {

using Token = ConfLexer::Token;
using Result = std::expected<void, ConfigError>;
using Words = std::span<const std::string_view>;

// The block around a directive; none at the top level of the main file, where `dataaction` may
// stand as in `http`. Beyond `http` a block is either ours, or none of our business.
using Scope = std::optional<Context>;
constexpr Scope kMain = std::nullopt;

Context context_of(Scope scope) {
  return scope.value_or(Context::kHttp);
}

bool is_ours(Scope scope) {
  return context_of(scope) != Context::kHttp;
}

bool is_lua_block(std::string_view name) {
  return name.ends_with("_by_lua_block");
}

std::unexpected<ConfigError> failed(std::string message, Position at) {
  return std::unexpected(ConfigError{std::move(message), std::move(at)});
}

class Parser {
 public:
  Parser(ConfFiles& files, std::string directory)
      : files_(files), directory_(std::move(directory)) {}

  // `from` is the position of the `include`, none for the main file.
  Result parse_file(const std::string& path, Scope scope, unsigned depth, const Position& from);

  std::expected<ParsedConfig, ConfigError> finish(const std::string& main_file) && {
    if (!builder_.has_block()) return failed("no \"dataaction\" block", {main_file, 0});
    return ParsedConfig{std::move(builder_).finish(), std::move(warnings_)};
  }

 private:
  // A file that is being read.
  struct Reader {
    ConfLexer lexer;
    const std::string& path;
    unsigned depth;

    Position here() const { return {path, lexer.line()}; }
  };

  Result parse_block(Reader& reader, Scope scope, bool whole_file);
  Result parse_directive(Reader& reader, Scope scope, Terminator terminator);
  Result parse_own(Reader& reader, Scope scope, Terminator terminator);
  Result include(Reader& reader, Scope scope, Terminator terminator);
  Result skip_block(Reader& reader);

  ConfFiles& files_;
  std::string directory_;
  ConfigBuilder builder_;
  std::vector<ConfigError> warnings_;
  unsigned file_count_ = 0;
  // A file with `http` is a whole nginx.conf, and there the block is not at the top level.
  bool has_http_ = false;
  std::optional<Position> top_level_at_;
};

Result Parser::parse_file(const std::string& path, Scope scope, unsigned depth,
                          const Position& from) {
  if (depth > kMaxIncludeDepth || ++file_count_ > kMaxConfFiles) {
    return failed("too many includes, \"" + path + "\" not read", from);
  }
  const auto text = files_.read(path);
  if (!text) {
    if (depth == 0 || is_ours(scope)) return failed(text.error(), from);
    warnings_.push_back({text.error(), from});
    return {};
  }
  Reader reader{ConfLexer(*text), path, depth};
  return parse_block(reader, scope, true);
}

Result Parser::parse_block(Reader& reader, Scope scope, bool whole_file) {
  for (;;) {
    const auto token = reader.lexer.next();
    if (!token) return failed(token.error(), reader.here());
    switch (*token) {
      case Token::kBlockEnd:
        if (whole_file) return failed("unexpected \"}\"", reader.here());
        return {};
      case Token::kFileEnd:
        if (!whole_file) {
          return failed("unexpected end of file, expecting \"}\"", reader.here());
        }
        return {};
      case Token::kDirective:
      case Token::kBlockStart:
        break;
    }
    const auto terminator =
        *token == Token::kDirective ? Terminator::kSemicolon : Terminator::kBrace;
    if (Result result = parse_directive(reader, scope, terminator); !result) return result;
  }
}

Result Parser::parse_directive(Reader& reader, Scope scope, Terminator terminator) {
  const std::string_view name = reader.lexer.words()[0];
  if (name == "include") return include(reader, scope, terminator);
  if (is_ours(scope)) return parse_own(reader, scope, terminator);

  if (name == "dataaction") {
    if (scope == kMain) {
      if (has_http_) return failed("\"dataaction\" directive is not allowed here", reader.here());
      if (!top_level_at_) top_level_at_ = reader.here();
    }
    return parse_own(reader, scope, terminator);
  }
  if (terminator == Terminator::kSemicolon) return {};
  if (scope == kMain && name == "http") {
    if (top_level_at_)
      return failed("\"dataaction\" directive is not allowed here", *top_level_at_);
    has_http_ = true;
    return parse_block(reader, Context::kHttp, false);
  }
  return skip_block(reader);
}

Result Parser::parse_own(Reader& reader, Scope scope, Terminator terminator) {
  const Words words = reader.lexer.words();
  const auto directive = check_directive(words, context_of(scope), terminator);
  if (!directive) return failed(directive.error(), reader.here());
  if (!(*directive)->block) return builder_.directive(words, reader.here());
  if (Result result = builder_.open_block(words, reader.here()); !result) return result;
  if (Result result = parse_block(reader, (*directive)->inside, false); !result) {
    return result;
  }
  return builder_.close_block();
}

Result Parser::include(Reader& reader, Scope scope, Terminator terminator) {
  const Words words = reader.lexer.words();
  const Position at = reader.here();
  if (terminator != Terminator::kSemicolon) {
    return failed("directive \"include\" is not terminated by \";\"", at);
  }
  if (words.size() != 2) {
    return failed("invalid number of arguments in \"include\" directive", at);
  }
  const std::string path = resolve_path(words[1], directory_);
  if (path.find_first_of("*?[") == std::string::npos) {
    return parse_file(path, scope, reader.depth + 1, at);
  }
  const auto found = files_.glob(path);
  if (!found) {
    if (is_ours(scope)) return failed(found.error(), at);
    warnings_.push_back({found.error(), at});
    return {};
  }
  for (const std::string& file : *found) {
    if (Result result = parse_file(file, scope, reader.depth + 1, at); !result) return result;
  }
  return {};
}

Result Parser::skip_block(Reader& reader) {
  // Counted, not recursive: nobody bounds the depth of what is not ours.
  size_t depth = 0;
  Token token = Token::kBlockStart;
  for (;;) {
    switch (token) {
      case Token::kBlockStart: {
        const std::string_view name = reader.lexer.words()[0];
        if (name == "dataaction") {
          return failed("\"dataaction\" directive is not allowed here", reader.here());
        }
        if (!is_lua_block(name)) {
          ++depth;
        } else if (auto skipped = reader.lexer.skip_lua_block(); !skipped) {
          return failed(skipped.error(), reader.here());
        }
        break;
      }
      case Token::kBlockEnd:
        --depth;
        break;
      case Token::kFileEnd:
        return failed("unexpected end of file, expecting \"}\"", reader.here());
      case Token::kDirective:
        break;
    }
    if (depth == 0) return {};
    const auto next = reader.lexer.next();
    if (!next) return failed(next.error(), reader.here());
    token = *next;
  }
}

}  // namespace

std::expected<ParsedConfig, ConfigError> parse_conf(const std::string& main_file,
                                                    ConfFiles& files) {
  Parser parser(files, conf_directory(main_file));
  if (Result result = parser.parse_file(main_file, kMain, 0, {}); !result) {
    return std::unexpected(std::move(result.error()));
  }
  return std::move(parser).finish(main_file);
}

std::string conf_directory(std::string_view main_file) {
  return std::string(main_file.substr(0, main_file.rfind('/') + 1));
}

}  // namespace dataaction
