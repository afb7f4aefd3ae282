#include "core/json/json_scanner.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace dataaction {
namespace {

// What is wrong with a text that should be one value; empty: nothing. The text is copied to memory
// of its exact size, so that a sanitizer sees a step outside.
std::string fault(std::string_view text) {
  const auto memory = std::make_unique<char[]>(text.size());
  text.copy(memory.get(), text.size());
  JsonScanner scanner({memory.get(), text.size()});
  const bool good = scanner.value() && scanner.end();
  EXPECT_EQ(good, !scanner.failed());
  if (good) return "";
  return std::to_string(scanner.error().offset) + ": " + scanner.error().what;
}

std::string compact(std::string_view text) {
  std::string out = "kept ";
  JsonScanner scanner(text);
  scanner.start_copy(out);
  scanner.value();
  scanner.finish_copy();
  EXPECT_TRUE(scanner.end()) << scanner.error().what;
  return out;
}

std::string nesting(size_t levels) {
  std::string text;
  for (size_t i = 0; i < levels; ++i) text += i % 2 == 0 ? "[" : R"({"a":)";
  text += "1";
  for (size_t i = levels; i-- > 0;) text += i % 2 == 0 ? ']' : '}';
  return text;
}

TEST(JsonScanner, TakesWhatRfc8259Allows) {
  for (const std::string_view good : {"null",
                                      "true",
                                      "false",
                                      "0",
                                      "-0",
                                      "0.0",
                                      "1.50",
                                      "1E5",
                                      "1e-5",
                                      "-10e+5",
                                      "1e999",
                                      "1e-999999999999",
                                      R"("")",
                                      "[]",
                                      "{}",
                                      " \t\r\n[ 1 , {\"a\" : null } ]\n",
                                      "[[],[{}],{}]",
                                      R"("\"\\\/\b\f\n\r\t\u0041")",
                                      R"("\ud83d\ude00\uD83D\uDE00")",
                                      "\"\xF0\x9F\x98\x80\"",
                                      R"("\u0000")",
                                      R"({"":1})",
                                      R"({"a":1,"a":2})",
                                      "\"\xE2\x80\xA8\x7F\"",
                                      "\"0123456789012345678901234567890\xC3\xA9\""}) {
    EXPECT_EQ(fault(good), "") << good;
  }
  EXPECT_EQ(fault(std::string(100'000, '9')), "");
}

TEST(JsonScanner, SaysWhatIsWrongAndWhere) {
  const std::pair<std::string_view, std::string_view> kFaults[] = {
      {"", "0: the text ends where a value should be"},
      {"  ", "2: the text ends where a value should be"},
      {"nul", "0: a value expected"},
      {"tru]", "0: a value expected"},
      {"nulll", "4: there is more after the value"},
      {"<html>", "0: a value expected"},
      {"NaN", "0: a value expected"},
      {"+1", "0: a value expected"},
      {".5", "0: a value expected"},
      {"01", "1: there is more after the value"},
      {"-", "1: the text ends where a digit should be"},
      {"-x", "1: a digit expected"},
      {"1.", "2: the text ends where a digit should be"},
      {"1.e1", "2: a digit expected"},
      {"1e+", "3: the text ends where a digit should be"},
      {"[1,]", "3: a value expected"},
      {"[1 2]", "3: ',' or ']' expected"},
      {"[1}", "2: ',' or ']' expected"},
      {"[,1]", "1: a value expected"},
      {"[", "1: the text ends where a value should be"},
      {"[1", "2: the text ends where ',' or ']' should be"},
      {"{", "1: the text ends where a value should be"},
      {"{1:2}", "1: the name of a member expected"},
      {R"({"a"})", "4: ':' expected"},
      {R"({"a":})", "5: a value expected"},
      {R"({"a":1,})", "7: the name of a member expected"},
      {R"({"a":1;})", "6: ',' or '}' expected"},
      {R"("abc)", "4: the text ends where the end of a string should be"},
      {R"("abc\)", "5: the text ends where the rest of an escape should be"},
      {R"("\x41")", "1: unknown escape"},
      {R"("\u00g0")", "1: \\u without four hexadecimal digits"},
      {R"("\u004)", "1: \\u without four hexadecimal digits"},
      {R"("\ud83d")", "1: lone surrogate in a string"},
      {R"("a\ude00")", "2: lone surrogate in a string"},
      {R"("\ud83d\u0041")", "1: lone surrogate in a string"},
      {R"("\ud83d\ud83d")", "1: lone surrogate in a string"},
      {"\"a\nb\"", "2: control character in a string"},
      {"\"0123456789\x1F\"", "11: control character in a string"},
      {"\"\x80\"", "1: not UTF-8"},
      {"\"\xC0\xAF\"", "1: not UTF-8"},
      {"\"0123456\xED\xA0\x80\"", "8: not UTF-8"},
      {"\"\xF4\x90\x80\x80\"", "1: not UTF-8"},
      {"\"\xE2\x82", "1: not UTF-8"},
      {"[1] x", "4: there is more after the value"},
      {"\xEF\xBB\xBF[]", "0: a value expected"},
      {"// no\n1", "0: a value expected"},
  };
  for (const auto& [text, what] : kFaults) EXPECT_EQ(fault(text), what) << text;
  EXPECT_EQ(fault(std::string_view("1\0", 2)), "1: there is more after the value");
  EXPECT_EQ(fault(std::string_view("\0", 1)), "0: a value expected");
}

// Every place in a word of eight, which is how plain bytes are passed.
TEST(JsonScanner, SeesABadByteAtEveryPlaceOfAString) {
  for (size_t size = 1; size < 40; ++size) {
    for (size_t at = 0; at < size; ++at) {
      for (const char bad : {'\x00', '\x1F', '\x80', '\xFF', '\\'}) {
        std::string text(size, 'a');
        text[at] = bad;
        EXPECT_NE(fault('"' + text + '"'), "") << size << ' ' << at;
      }
      for (const char good : {' ', '!', '#', '[', ']', '\x7F'}) {
        std::string text(size, 'a');
        text[at] = good;
        EXPECT_EQ(fault('"' + text + '"'), "") << size << ' ' << at;
      }
    }
  }
}

TEST(JsonScanner, NestsAsDeepAsJsonReader) {
  constexpr size_t kMax = JsonChecker::kMaxDepth;
  EXPECT_EQ(fault(nesting(kMax)), "");
  EXPECT_NE(fault(nesting(kMax + 1)).find("more than 512 levels"), std::string::npos);
  EXPECT_NE(fault(std::string(1'000'000, '[')).find("more than 512 levels"), std::string::npos);
}

TEST(JsonScanner, CopiesAllButWhiteSpace) {
  EXPECT_EQ(compact(" { \"a b\" :\t[ 1.50 ,\r\n\"\\u0041\\/\" , { } ] , \"a b\" : -0 } \n"),
            R"(kept {"a b":[1.50,"\u0041\/",{}],"a b":-0})");
  EXPECT_EQ(compact("[1,2]"), "kept [1,2]");
  EXPECT_EQ(compact(" 12345678901234567890123.10e400 "), "kept 12345678901234567890123.10e400");
}

TEST(JsonScanner, GivesTokensOneByOne) {
  JsonScanner scanner(R"( {"k\u0065y" : "v\n" , "n": [ ], "x": [1, {"y":[2]}]} )");
  JsonScanner::String text;
  std::string_view value;
  EXPECT_EQ(scanner.peek(), '{');
  EXPECT_TRUE(scanner.open('{') && scanner.more(true) && scanner.key(text));
  EXPECT_TRUE(text.escaped && text.is("key") && !text.is("k\\u0065y"));
  EXPECT_TRUE(scanner.string(text));
  EXPECT_EQ(text.unescaped(), "v\n");
  EXPECT_TRUE(scanner.more(false) && scanner.key(text) && text.is("n"));
  EXPECT_TRUE(scanner.open('['));
  EXPECT_FALSE(scanner.more(true));
  EXPECT_TRUE(scanner.more(false) && scanner.key(text) && scanner.value(&value));
  EXPECT_EQ(value, R"([1, {"y":[2]}])");
  EXPECT_FALSE(scanner.more(false));
  EXPECT_TRUE(scanner.end());
}

TEST(JsonScanner, UnescapesAllEscapes) {
  JsonScanner scanner(R"("\"\\\/\b\f\n\r\t\u0000\u007F\u00e9\u20AC\ud83d\uDE00z")");
  JsonScanner::String text;
  ASSERT_TRUE(scanner.string(text));
  EXPECT_EQ(text.unescaped(),
            std::string("\"\\/\b\f\n\r\t\0\x7F\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z", 20));
}

TEST(JsonScanner, StaysFailed) {
  JsonScanner scanner("[1, 2]");
  JsonScanner::String text;
  EXPECT_TRUE(scanner.open('[') && scanner.more(true));
  EXPECT_FALSE(scanner.string(text));
  EXPECT_FALSE(scanner.value() || scanner.more(false) || scanner.open('[') || scanner.key(text));
  EXPECT_FALSE(scanner.fail("another reason", 3) || scanner.end());
  EXPECT_EQ(scanner.peek(), '\0');
  EXPECT_EQ(scanner.error().what, "a string expected");
  EXPECT_EQ(scanner.error().offset, 1u);
}

}  // namespace
}  // namespace dataaction
