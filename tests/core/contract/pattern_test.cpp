#include "core/contract/pattern.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/core/contract/schema_cases.h"

namespace dataaction {
namespace {

using Result = PatternSearch::Result;

Result search(std::string_view expression, std::string_view text, uint64_t effort = 1'000'000) {
  const auto pattern = Pattern::compile(expression);
  if (!pattern) {
    ADD_FAILURE() << expression << ": " << pattern.error();
    return Result::kGaveUp;
  }
  Effort account(effort);
  return PatternSearch(account).search(*pattern, text);
}

bool found(std::string_view expression, std::string_view text) {
  const Result result = search(expression, text);
  EXPECT_NE(result, Result::kGaveUp) << expression;
  return result == Result::kFound;
}

TEST(Pattern, IsNotAnchored) {
  EXPECT_TRUE(found("b+", "abbc"));
  EXPECT_FALSE(found("^b+", "abbc"));
  EXPECT_TRUE(found("", "anything"));
}

TEST(Pattern, IsMostlyJavaScripts) {
  EXPECT_FALSE(found("^a$", "a\n"));
  EXPECT_FALSE(found("^a$", "b\na"));
  EXPECT_TRUE(found("^\\u00e4\\x61\\u{1F600}$",
                    "\xC3\xA4"
                    "a\xF0\x9F\x98\x80"));
  EXPECT_TRUE(found("^.$", "\xF0\x9F\x98\x80"));
  EXPECT_FALSE(found("^.$", "\r"));
  EXPECT_TRUE(found("^\\d{3}-\\w+$", "123-a_9"));
  EXPECT_FALSE(found("^\\d$", "\xD9\xA3"));  // ARABIC-INDIC DIGIT THREE
  EXPECT_FALSE(found("^\\w$", "\xC3\xA4"));
  EXPECT_TRUE(found("^(?=.*\\d)(?!x).{2,}$", "a1"));
  EXPECT_FALSE(found("^(?=.*\\d)(?!x).{2,}$", "x1"));
  EXPECT_TRUE(found("(?<=\\$)\\d+", "$42"));
  EXPECT_TRUE(found("^(?:(a)|b)\\1$", "b"));  // a group without a part is empty
  EXPECT_FALSE(found("a[]", "a"));
  EXPECT_TRUE(found("^a[^]$", "a\n"));
  EXPECT_TRUE(found("^[\\w.+-]+@[\\w-]+\\.[\\w.-]+$", "a.b@example.org"));
  EXPECT_TRUE(found("^\\p{Lu}$", "\xC3\x84"));
  EXPECT_TRUE(found("^a\\/b$", "a/b"));
}

// ECMA 262, annex B.1.2: no range has \d and the like at an end.
TEST(Pattern, AHyphenBesideASetIsItself) {
  for (const char* pattern : {"^[\\w-\\.]+$", "^[\\w-.]+$", "^[.-\\w]+$", "^[\\w.-]+$",
                              "^[-\\w.]+$", "^[\\w\\-.]+$", "^[a-\\w-.]+$", "^[a-z-\\d.]+$"}) {
    EXPECT_TRUE(found(pattern, "a-b.9")) << pattern;
    EXPECT_FALSE(found(pattern, "a b!")) << pattern;
  }
  EXPECT_TRUE(found("^[\\d-+ ()]+$", "+49-30 (12)"));
  EXPECT_FALSE(found("^[\\d-+ ()]+$", "+49,30"));  // between + and -
  EXPECT_TRUE(found("^[\\w-\\.]+@([\\w-]+\\.)+[\\w-]{2,4}$", "a-b.c@example.org"));
  EXPECT_FALSE(found("^[^\\s-!]+$", "-"));
  // What came behind it takes no part in a range.
  EXPECT_TRUE(found("^[\\d-a-z]+$", "1-az"));
  EXPECT_FALSE(found("^[\\d-a-z]+$", "b"));
  // Ranges are what they were, and nothing is a class that is not one.
  EXPECT_TRUE(found("^[a-c][+--][^a-c-x][[-]$", "b,d["));
  EXPECT_FALSE(found("^[a-c]$", "-"));
  EXPECT_TRUE(found("^\\d-\\[\\w-.]$", "1-[a-x]"));
  EXPECT_TRUE(found("^[\\]-a]+$", "^]_a"));
  EXPECT_FALSE(found("a[]-b]", "a-b]"));
  EXPECT_TRUE(found("^[\\\\-a]+$", "]\\^"));
}

TEST(Pattern, NulIsACharacter) {
  EXPECT_TRUE(found("b$", std::string_view("a\0b", 3)));
}

TEST(Pattern, WhatIsNotUtf8IsNotFound) {
  EXPECT_FALSE(found(".", "\xFF"));
  EXPECT_FALSE(found(".", "\xED\xA0\x80"));
}

TEST(Pattern, ErrorsSayWhere) {
  for (const char* wrong :
       {"(", "a)", "[z-a]", "*", "a{2,1}", "(?<n>a)(?<n>b)", "\\", "\\C", "(?"}) {
    const auto pattern = Pattern::compile(wrong);
    ASSERT_FALSE(pattern) << wrong;
    EXPECT_NE(pattern.error().find(" at byte "), std::string::npos) << pattern.error();
  }
  EXPECT_NE(Pattern::compile("[\\d-+][\\d-+](").error().find(" at byte 13"), std::string::npos);
  EXPECT_FALSE(Pattern::compile(std::string(Pattern::kMaxLength + 1, 'a')));
  EXPECT_TRUE(Pattern::compile(std::string(Pattern::kMaxLength, 'a')));
}

// What each of these costs grows with the square of the text, or faster.
TEST(Pattern, ExplosionsEnd) {
  const std::string text(100'000, 'a');
  for (const char* bad :
       {"(a+)+$", "(a|a)+$", "(a|aa)+$", "([a-z]+)*$", "(.*)*x", "a+b", "a*a*a*b",
        ".*.*=", "(a+)\\1b", "(?=.*a)(?=.*b)", "(?:a{1,100}){1,100}b", "^(((a+)+)+)+$",
        "(a?){50}a{50}b", "\\s*a+\\s+$", "(?<=a)a*c", "a(?R)*b", "(?:(?=a+)a)*b"}) {
    EXPECT_NE(search(bad, text + '!'), Result::kFound) << bad;
  }
  EXPECT_EQ(search("(a+)+$", text + 'b'), Result::kGaveUp);
  EXPECT_EQ(search("(?=.*a)(?=.*b)", text), Result::kGaveUp);
}

TEST(Pattern, AnEmptyAccountIsNoMatch) {
  EXPECT_EQ(search("^a$", "a", 2), Result::kGaveUp);
  EXPECT_EQ(search("^a$", "a", 50), Result::kFound);
}

TEST(Pattern, MemoryIsBounded) {
  EXPECT_EQ(search("^(?:a|b)*$", std::string(1'000'000, 'a'), UINT64_MAX), Result::kGaveUp);
}

TEST(Pattern, LongTextsThatAreHonest) {
  const std::string text(1'000'000, 'a');
  const std::string quoted = '"' + text + '"';
  for (const char* good : {"^[a-z]+$", "^a*$", "^[^b]{1000,}$", "a", "^\\\\w", "^(?!b)"}) {
    EXPECT_EQ(wrongs(R"({"pattern":")" + std::string(good) + "\"}", quoted), "") << good;
  }
  for (const char* bad : {"^[b-z]+$", "b", "^a*b$", "^.{1,200}$"}) {
    EXPECT_EQ(wrongs(R"({"pattern":")" + std::string(bad) + "\"}", quoted), "pattern") << bad;
  }
}

TEST(Pattern, AFailureByLimitIsNoPass) {
  const std::string text = '"' + std::string(100'000, 'a') + "b\"";
  EXPECT_EQ(wrongs(R"({"pattern":"(a+)+$"})", text), "pattern");
  EXPECT_EQ(wrongs(R"({"not":{"pattern":"(a+)+$"}})", text), "pattern");
  EXPECT_EQ(wrongs(R"({"anyOf":[{"pattern":"(a+)+$"},{}]})", text), "pattern");
  EXPECT_EQ(wrongs(R"({"properties":{"x":{"not":{"pattern":"(a+)+$"}}}})", "{\"x\":" + text + "}"),
            "pattern x");
  EXPECT_EQ(wrongs(R"({"patternProperties":{"(a+)+$":{}}})", "{" + text + ":1}"),
            "patternProperties");
  // Many strings share one account.
  std::string many = "[";
  for (int i = 0; i < 10'000; ++i) many += R"("aaaaaaaaaaaaaaaaaaaaaaaaab",)";
  EXPECT_EQ(wrongs(R"({"items":{"not":{"pattern":"(a+)+$"}}})", many + "1]").substr(0, 9),
            "pattern [");
}

}  // namespace
}  // namespace dataaction
