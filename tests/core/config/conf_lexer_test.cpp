#include "core/config/conf_lexer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dataaction {
namespace {

using Token = ConfLexer::Token;

// All of `text` in one line: words in [], then the terminator; an error as LINE:MESSAGE.
std::string lex(std::string_view text) {
  ConfLexer lexer(text);
  std::string out;
  for (;;) {
    const auto token = lexer.next();
    if (!token) return out + std::to_string(lexer.line()) + ':' + token.error();
    switch (*token) {
      case Token::kFileEnd:
        return out;
      case Token::kBlockEnd:
        out += '}';
        break;
      case Token::kDirective:
      case Token::kBlockStart:
        for (const auto word : lexer.words()) out.append("[").append(word).append("]");
        out += *token == Token::kDirective ? ';' : '{';
        break;
    }
  }
}

TEST(ConfLexer, SplitsWordsAndBlocks) {
  EXPECT_EQ(lex(""), "");
  EXPECT_EQ(lex(" \t\r\n"), "");
  EXPECT_EQ(lex("a;"), "[a];");
  EXPECT_EQ(lex("a b\tc\r\nd ;"), "[a][b][c][d];");
  EXPECT_EQ(lex("a{b c;d{}}"), "[a]{[b][c];[d]{}}");
  EXPECT_EQ(lex("a }b;"), "1:unexpected \"}\"");
  EXPECT_EQ(lex("a}b;"), "[a}b];");
}

TEST(ConfLexer, SkipsComments) {
  EXPECT_EQ(lex("# all { of ' this\na b#c; # \"rest\n}# end"), "[a][b#c];}");
  EXPECT_EQ(lex("a # in between ;\n b;"), "[a][b];");
}

TEST(ConfLexer, TakesQuotesOff) {
  EXPECT_EQ(lex(R"(a "b c;{}#" 'd "e"' "f 'g'";)"), R"([a][b c;{}#][d "e"][f 'g'];)");
  EXPECT_EQ(lex("a \"\" '';"), "[a][][];");
  EXPECT_EQ(lex("a \"b\nc\";"), "[a][b\nc];");
  EXPECT_EQ(lex("a b\"c;"), "[a][b\"c];");
  EXPECT_EQ(lex("\"a\"{'b';}"), "[a]{[b];}");
}

TEST(ConfLexer, WantsSpaceAfterQuotes) {
  EXPECT_EQ(lex("a \"b\"c;"), "1:unexpected \"c\"");
  EXPECT_EQ(lex("a 'b'\"c\";"), "1:unexpected \"\"\"");
}

TEST(ConfLexer, TakesParenthesisAfterQuotes) {
  EXPECT_EQ(lex("if (\"b\") {}"), "[if][(\"b\")]{}");
  EXPECT_EQ(lex("if ($a = \"b\") {}"), "[if][($a][=][b][)]{}");
}

TEST(ConfLexer, Unescapes) {
  EXPECT_EQ(lex(R"(a "\"\'\\" \;\{\ b;)"), R"([a]["'\][\;\{\ b];)");
  EXPECT_EQ(lex(R"(a "x\ty\rz\n" \d+;)"), "[a][x\ty\rz\n][\\d+];");
  EXPECT_EQ(lex(R"(a '\\n';)"), R"([a][\n];)");
  EXPECT_EQ(lex("a \\\nb;"), "[a][\\\nb];");
}

TEST(ConfLexer, LeavesVariablesAlone) {
  EXPECT_EQ(lex("a ${b}c $d${e}f;"), "[a][${b}c][$d${e}f];");
  EXPECT_EQ(lex("a $;b ${{c;"), "[a][$];[b][${{c];");
  EXPECT_EQ(lex("a $b{c;}"), "[a][$b]{[c];}");
}

TEST(ConfLexer, SaysWhatIsUnexpected) {
  EXPECT_EQ(lex(";"), "1:unexpected \";\"");
  EXPECT_EQ(lex("\n{"), "2:unexpected \"{\"");
  EXPECT_EQ(lex("a;;"), "[a];1:unexpected \";\"");
  EXPECT_EQ(lex("a\nb"), "2:unexpected end of file, expecting \";\" or \"}\"");
  EXPECT_EQ(lex("a \"b\n\n"), "3:unexpected end of file, expecting \";\" or \"}\"");
  EXPECT_EQ(lex("a \"b\""), "1:unexpected end of file, expecting \";\" or \"}\"");
  EXPECT_EQ(lex("a \\"), "1:unexpected end of file, expecting \";\" or \"}\"");
}

TEST(ConfLexer, BoundsWords) {
  const std::string most(ConfLexer::kMaxWord - 1, 'x');
  EXPECT_EQ(lex("a " + most + ";"), "[a][" + most + "];");
  EXPECT_EQ(lex("a\n" + most + "x;"), "2:too long parameter \"xxxxxxxxxx...\" started");
  const std::string most_quoted(ConfLexer::kMaxWord - 2, 'x');
  EXPECT_EQ(lex("a\n\"" + most_quoted + "\";"), "[a][" + most_quoted + "];");
  EXPECT_EQ(lex("a\n\"" + most + "\";"), "2:too long parameter \"xxxxxxxxxx...\" started");
  EXPECT_EQ(lex("a\n\"\n" + most + "\";"),
            "2:too long parameter, probably missing terminating \"\"\" character");
  EXPECT_EQ(lex("a\n\n'" + most + "x';"),
            "3:too long parameter, probably missing terminating \"'\" character");
}

// nginx keeps a comment in the same buffer.
TEST(ConfLexer, BoundsComments) {
  const std::string most(ConfLexer::kMaxWord - 1, '#');
  EXPECT_EQ(lex(most + "\na;"), "[a];");
  EXPECT_EQ(lex(most + "#\na;"), "1:too long parameter \"##########...\" started");
}

TEST(ConfLexer, CountsLinesAtTheTerminator) {
  ConfLexer lexer("a\n b\n;c {\n}\n");
  for (const unsigned line : {3u, 3u, 4u, 5u}) {
    ASSERT_TRUE(lexer.next());
    EXPECT_EQ(lexer.line(), line);
  }
}

TEST(ConfLexer, StepsOverLua) {
  ConfLexer lexer("content_by_lua_block {\n local t = { '}' }\n} a;");
  ASSERT_EQ(lexer.next(), Token::kBlockStart);
  ASSERT_TRUE(lexer.skip_lua_block());
  EXPECT_EQ(lexer.line(), 3u);
  ASSERT_EQ(lexer.next(), Token::kDirective);
  EXPECT_EQ(lexer.words()[0], "a");
}

}  // namespace
}  // namespace dataaction
