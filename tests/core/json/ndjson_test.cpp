#include "core/json/ndjson.h"

#include <gtest/gtest.h>

#include <string>

namespace dataaction {
namespace {

TEST(Ndjson, TakesOneValueALine) {
  NdjsonChecker checker(1);
  EXPECT_FALSE(checker.check(""));
  EXPECT_EQ(checker.line(), 1u);
  EXPECT_FALSE(checker.check("{\"a\":1}\n[2]\n\"3\"\n4\nnull\n"));
  EXPECT_EQ(checker.line(), 6u);
  EXPECT_FALSE(checker.check(" { } \r\n"));
  EXPECT_EQ(checker.line(), 7u);
}

TEST(Ndjson, SaysWhichLineAndWhere) {
  NdjsonChecker checker(41);
  const auto bad = checker.check("{}\n{\"a\":1}\n{\"a\":}\n{}\n");
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->line, 43u);
  EXPECT_EQ(bad->begin, 11u);
  EXPECT_EQ(bad->error.offset, 5u);
  EXPECT_FALSE(bad->error.what.empty());
  EXPECT_EQ(checker.line(), 43u) << "the line after the last good one";
}

TEST(Ndjson, CountsOnFromTextToText) {
  NdjsonChecker checker(1);
  EXPECT_FALSE(checker.check("1\n2\n"));
  EXPECT_FALSE(checker.check("3\n"));
  const auto bad = checker.check("4\nx\n");
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->line, 5u);
  EXPECT_EQ(bad->begin, 2u);
}

TEST(Ndjson, RefusesLinesThatAreTooLong) {
  NdjsonChecker checker(1, 4);
  EXPECT_FALSE(checker.check("1234\n"));
  const auto bad = checker.check("1\n12345\n");
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->line, 3u);
  EXPECT_EQ(bad->begin, 2u);
}

TEST(Ndjson, SaysWhatAnEditorLeftBehind) {
  const auto what = [](const std::string& line) {
    return NdjsonChecker(1).check(line + '\n').value().error.what;
  };
  for (const char* const line : {"", " ", "\t \r"}) EXPECT_EQ(what(line), "the line is empty");
  EXPECT_EQ(what("\xEF\xBB\xBF{}"), "a byte order mark, which JSON has none of");
  EXPECT_NE(what("\xEF\xBB{}"), "a byte order mark, which JSON has none of");
}

TEST(Ndjson, RefusesLinesThatAreNotOneValue) {
  for (const std::string line : {"", " ", "\r", "{} {}", "{},", "[", "x", "\xEF\xBB\xBF{}",
                                 "{\"a\":tru}", "1 // c", "\xFF"}) {
    NdjsonChecker checker(1);
    const auto bad = checker.check("1\n" + line + "\n2\n");
    ASSERT_TRUE(bad) << line;
    EXPECT_EQ(bad->line, 2u) << line;
    EXPECT_EQ(bad->begin, 2u) << line;
  }
}

TEST(Ndjson, RefusesAValueOverTwoLines) {
  NdjsonChecker checker(1);
  const auto bad = checker.check("{\"a\":\n1}\n");
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->line, 1u);
}

TEST(Ndjson, RefusesNulBytes) {
  NdjsonChecker checker(1);
  EXPECT_TRUE(checker.check(std::string("1\0\n", 3)));
  EXPECT_TRUE(checker.check(std::string("\0\n", 2)));
}

}  // namespace
}  // namespace dataaction
