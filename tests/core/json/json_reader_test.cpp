#include "core/json/json_reader.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace dataaction {
namespace {

// The text is copied to memory of its exact size, so that a sanitizer sees a step outside.
bool valid(std::string_view text) {
  const auto memory = std::make_unique<char[]>(text.size());
  text.copy(memory.get(), text.size());
  return !JsonChecker().check({memory.get(), text.size()});
}

std::string minified(std::string_view text) {
  std::string out;
  const auto error = append_minified(out, text);
  return error ? "offset " + std::to_string(error->offset) : out;
}

std::string nesting(size_t levels) {
  std::string text;
  for (size_t i = 0; i < levels; ++i) text += i % 2 == 0 ? "[" : R"({"a":)";
  text += "1";
  for (size_t i = levels; i-- > 0;) text += i % 2 == 0 ? ']' : '}';
  return text;
}

TEST(JsonReader, TakesWhatRfc8259Allows) {
  for (const std::string_view good :
       {"null", "true", "false", "0", "-0", "1.50", "1E5", "1e-5", "1e+5", R"("")", "[]", "{}",
        " \t\r\n[ 1 , {\"a\" : null } ]\n", R"("\"\\\/\b\f\n\r\t\u0041")", R"("\ud83d\ude00")",
        "\"\xF0\x9F\x98\x80\"", R"("\u0000")", R"({"":1})", "\"\xE2\x80\xA8\x7F\""}) {
    EXPECT_TRUE(valid(good)) << good;
  }
}

TEST(JsonReader, RefusesWhatIsNotJson) {
  for (const std::string_view bad : {"",
                                     " ",
                                     "nul",
                                     "nulll",
                                     "True",
                                     "NaN",
                                     "Infinity",
                                     "-Infinity",
                                     "01",
                                     "-01",
                                     "+1",
                                     ".5",
                                     "1.",
                                     "1e",
                                     "1e+",
                                     "--1",
                                     "0x1",
                                     "1_0",
                                     "[1,]",
                                     "{\"a\":1,}",
                                     "[,1]",
                                     "[1 2]",
                                     "[1}",
                                     "{\"a\" 1}",
                                     "{a:1}",
                                     "{'a':1}",
                                     "{1:1}",
                                     "{\"a\":}",
                                     "[",
                                     "]",
                                     "{",
                                     "}",
                                     "1 2",
                                     "{}{}",
                                     "[]]",
                                     "// c\n1",
                                     "/* c */1",
                                     "1 # c",
                                     "'a'",
                                     "\"a",
                                     "\"\\x\"",
                                     R"("\u12")",
                                     R"("\u12g4")",
                                     "\"\t\"",
                                     "\"\n\"",
                                     "\xEF\xBB\xBF{}",
                                     "undefined"}) {
    EXPECT_FALSE(valid(bad)) << bad;
  }
}

TEST(JsonReader, RefusesNulBytesAnywhere) {
  const std::string text = R"({"a":[1,"b"]})";
  for (size_t at = 0; at <= text.size(); ++at) {
    std::string bad = text;
    bad.insert(at, 1, '\0');
    EXPECT_FALSE(valid(bad)) << at;
  }
  EXPECT_FALSE(valid(std::string_view("\0", 1)));
  EXPECT_FALSE(valid(std::string_view("1\0 2", 4)));
}

TEST(JsonReader, RefusesLoneSurrogates) {
  for (const std::string_view bad :
       {R"("\ud800")", R"("\udbff")", R"("\udc00")", R"("\udfff")", R"("\ude00\ud83d")",
        R"("\ud83d\ud83d\ude00")", R"("\ud83dx")", R"("\ud83d\u0041")", R"("a\ude00b")",
        R"({"\ude00":1})", R"({"\ud83d":1})", "\"\xED\xA0\x80\"", "\"\xED\xBF\xBF\""}) {
    EXPECT_FALSE(valid(bad)) << bad;
  }
  EXPECT_TRUE(valid(R"("\ud7ff\ue000")"));
  EXPECT_TRUE(valid("\"\xED\x9F\xBF\""));
}

TEST(JsonReader, RefusesInvalidUtf8) {
  for (const std::string_view bad :
       {"\"\x80\"", "\"\xC0\x80\"", "\"\xC1\xBF\"", "\"\xE0\x80\x80\"", "\"\xF4\x90\x80\x80\"",
        "\"\xF8\x88\x80\x80\x80\"", "\"\xFF\"", "\"\xC3\"", "\"\xE2\x82\"", "{\"\xFF\":1}"}) {
    EXPECT_FALSE(valid(bad)) << testing::PrintToString(bad);
  }
}

TEST(JsonReader, LimitsDepth) {
  EXPECT_TRUE(valid(nesting(JsonChecker::kMaxDepth)));
  EXPECT_FALSE(valid(nesting(JsonChecker::kMaxDepth + 1)));
  EXPECT_FALSE(valid(std::string(10 << 20, '[')));
  const auto error = JsonChecker().check(nesting(JsonChecker::kMaxDepth + 1));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->what, "more than 512 levels");
}

TEST(JsonReader, CountsDepthNotBrackets) {
  std::string text = "[";
  for (size_t i = 0; i < 2 * JsonChecker::kMaxDepth; ++i) text += "[],{},";
  EXPECT_TRUE(valid(text + "1]"));
}

TEST(JsonReader, SaysWhere) {
  const auto offset = [](std::string_view text) { return JsonChecker().check(text)->offset; };
  EXPECT_EQ(offset("{\"a\":tru}"), 8u);
  EXPECT_EQ(offset("[1, x]"), 4u);
  EXPECT_EQ(offset("[1] x"), 4u);
  EXPECT_EQ(offset({"1\0", 2}), 1u);
  EXPECT_EQ(offset("\xEF\xBB\xBF{}"), 0u);
}

TEST(JsonReader, IsUsedAgainAfterAnError) {
  JsonChecker checker;
  EXPECT_TRUE(checker.check("[[["));
  EXPECT_FALSE(checker.check("[]"));
  EXPECT_TRUE(checker.check("[}"));
  EXPECT_FALSE(checker.check("{\"a\":[1]}"));
}

TEST(JsonReader, CutAnywhereIsBad) {
  const std::string text = R"({"a":[1.5e3,"x\u00e4\ud83d\ude00",true,null],"b":{"c":{}}})";
  ASSERT_TRUE(valid(text));
  for (size_t size = 0; size < text.size(); ++size)
    EXPECT_FALSE(valid(text.substr(0, size))) << size;
}

TEST(Minify, DropsWhiteSpaceAlone) {
  EXPECT_EQ(minified(" { \"a b\" : [ 1 ,\n\t2 , { } , [ ] ] , \"c\" : \" d \" } \r\n"),
            R"({"a b":[1,2,{},[]],"c":" d "})");
}

TEST(Minify, KeepsNumbersAsTheyAre) {
  const std::string digits(300, '7');
  const std::string fraction = "0." + std::string(5'000, '3');
  for (const std::string& number : {std::string("1.50"), std::string("-0"), std::string("-0.0"),
                                    std::string("1E+05"), std::string("18446744073709551616"),
                                    std::string("1e-400"), std::string("0.10"), digits, fraction}) {
    EXPECT_EQ(minified("[" + number + "]"), "[" + number + "]");
  }
}

// A documented limit: what no double can hold is refused, not passed on to readers that would
// break.
TEST(Minify, RefusesNumbersAboveADouble) {
  EXPECT_EQ(minified("1e308"), "1e308");
  EXPECT_EQ(minified("1e309"), "offset 0");
  EXPECT_EQ(minified(std::string(400, '7')), "offset 0");
}

TEST(Minify, KeepsTheMeaningOfStrings) {
  EXPECT_EQ(minified(R"("\u0041\u00e4\ud83d\ude00\/\u000a\"")"),
            "\"A\xC3\xA4\xF0\x9F\x98\x80/\\n\\\"\"");
  EXPECT_EQ(minified(R"({"\u0000":"\u007f"})"), "{\"\\u0000\":\"\x7f\"}");
}

TEST(Minify, AppendsOrLeavesAlone) {
  std::string out = "before";
  EXPECT_TRUE(append_minified(out, "[1,2,"));
  EXPECT_EQ(out, "before");
  EXPECT_FALSE(append_minified(out, " [ 1 ] "));
  EXPECT_EQ(out, "before[1]");
}

}  // namespace
}  // namespace dataaction
