#include "core/base/excerpt.h"

#include <gtest/gtest.h>

namespace dataaction {
namespace {

std::string shown(std::string_view text) {
  return excerpt(text, 32, 12);
}

TEST(Excerpt, IsTheTextIfThatIsPlain) {
  EXPECT_EQ(shown(""), "");
  EXPECT_EQ(shown("client not found"), "client not found");
  EXPECT_EQ(shown("nicht g\xC3\xBCltig"), "nicht g\xC3\xBCltig");
}

TEST(Excerpt, IsOneLine) {
  EXPECT_EQ(shown("a\r\nb\tc"), "a b c");
  EXPECT_EQ(shown("  a   b \n"), "a b");
  EXPECT_EQ(shown(std::string_view("a\0b\x7F\x1B[1mc", 9)), "a b [1mc");
  EXPECT_EQ(shown("a\xC2\x85z"), "a z");
  EXPECT_EQ(shown("\n\n"), "");
}

TEST(OnOneLine, IsAllOfIt) {
  EXPECT_EQ(on_one_line("a\n2030/01/01 [emerg] \x1B[31m b"), "a 2030/01/01 [emerg]  [31m b");
  EXPECT_EQ(on_one_line(std::string_view("\0\r\x7F\xC2\x85\xFF", 6)), "    ?");
  EXPECT_EQ(on_one_line("  nicht g\xC3\xBCltig "), "  nicht g\xC3\xBCltig ");
  EXPECT_EQ(on_one_line(std::string(3000, 'x')), std::string(3000, 'x'));
}

TEST(Excerpt, IsUtf8) {
  EXPECT_EQ(shown("a\xFF z"), "a? z");
  EXPECT_EQ(shown("\xE2\x82"), "?");
}

TEST(Excerpt, HidesLongWords) {
  EXPECT_EQ(shown("bad key 123456789012"), "bad key 123456789012");
  EXPECT_EQ(shown("bad key 1234567890123!"), "bad key [...]");
  EXPECT_EQ(shown("a=1234567890123 b"), "[...] b");
}

TEST(Excerpt, IsCutBetweenCharacters) {
  EXPECT_EQ(shown("1234567 1234567 1234567 12345678"), "1234567 1234567 1234567 12345678");
  EXPECT_EQ(shown("1234567 1234567 1234567 123456789"), "1234567 1234567 1234567 12345...");
  EXPECT_EQ(shown("1234567 1234567 1234567 1234\xC3\xBC"
                  "56789"),
            "1234567 1234567 1234567 1234...");
  EXPECT_EQ(excerpt(std::string(1 << 20, ' ') + "a b c d e f g", 8, 12), "a b c...");
}

}  // namespace
}  // namespace dataaction
