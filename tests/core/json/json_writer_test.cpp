#include "core/json/json_writer.h"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>

#include "core/json/json_reader.h"

namespace dataaction {
namespace {

std::string text(std::string_view value) {
  std::string out;
  append_json_string(out, value);
  return out;
}

template <typename Integer>
std::string integer(Integer value) {
  std::string out;
  append_json_integer(out, value);
  return out;
}

std::string real(double value) {
  std::string out;
  append_json_real(out, value);
  return out;
}

std::string base64(std::string_view bytes) {
  std::string out;
  append_json_base64(out, bytes);
  return out;
}

TEST(JsonString, QuotesAndAppends) {
  std::string out = "[";
  append_json_string(out, "a");
  append_json_string(out, "");
  EXPECT_EQ(out, R"(["a""")");
}

TEST(JsonString, EscapesWhatMustBe) {
  EXPECT_EQ(text("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(text("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(text({"\0\x01\x1f", 3}), R"("\u0000\u0001\u001f")");
  EXPECT_EQ(text("\x7f"), "\"\x7f\"");
  for (int c = 0; c < 0x20; ++c) {
    const std::string out = text(std::string(1, static_cast<char>(c)));
    EXPECT_EQ(out.substr(0, 2), "\"\\") << c;
    EXPECT_FALSE(JsonChecker().check(out)) << c;
  }
}

TEST(JsonString, KeepsUtf8) {
  // First and last of each length, the ends of the surrogate gap, U+2028.
  for (const std::string_view good :
       {"\xC2\x80\xDF\xBF", "\xE0\xA0\x80\xEF\xBF\xBF", "\xED\x9F\xBF\xEE\x80\x80",
        "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", "\xE2\x80\xA8"}) {
    EXPECT_EQ(text(good), '"' + std::string(good) + '"');
    EXPECT_FALSE(JsonChecker().check(text(good)));
  }
}

// Each dot is one U+FFFD: Unicode 15, tables 3-8 to 3-11, and the edges of table 3-7.
TEST(JsonString, ReplacesEachMaximalIllFormedPart) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", "........A"},
      {"\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", "........A"},
      {"\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", ".....A..B"},
      {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", "....A"},
      {"\x80", "."},
      {"\xC1\xBF", ".."},
      {"\xC2", "."},
      {"\xC2\x22", ".\\\""},
      {"\xE0\xA0", "."},
      {"\xE0\x9F\xBF", "..."},
      {"\xED\xA0", ".."},
      {"\xF0\x90\x80", "."},
      {"\xF0\x8F\xBF\xBF", "...."},
      {"\xF4\x90\x80\x80", "...."},
      {"\xF5\x80\x80\x80", "...."},
      {"a\xFF\xFE\n", "a..\\n"},
  };
  for (const auto& [input, dots] : cases) {
    std::string want = "\"";
    for (const char c : dots) want += c == '.' ? std::string("\xEF\xBF\xBD") : std::string(1, c);
    EXPECT_EQ(text(input), want + '"') << testing::PrintToString(input);
  }
}

TEST(JsonString, IsValidWhateverTheBytes) {
  std::mt19937 random(1);
  JsonChecker checker;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random() % 12, '\0');
    for (char& byte : bytes)
      byte = static_cast<char>(random() % 2 != 0 ? random() | 0x80 : random());
    const std::string out = text(bytes);
    ASSERT_FALSE(checker.check(out)) << testing::PrintToString(bytes);
    ASSERT_EQ(out.find('\n'), std::string::npos);
  }
}

TEST(JsonInteger, Extremes) {
  EXPECT_EQ(integer(int64_t{0}), "0");
  EXPECT_EQ(integer(int64_t{-1}), "-1");
  EXPECT_EQ(integer(std::numeric_limits<int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(integer(std::numeric_limits<int64_t>::max()), "9223372036854775807");
  EXPECT_EQ(integer(std::numeric_limits<uint64_t>::max()), "18446744073709551615");
}

TEST(JsonReal, IsShort) {
  EXPECT_EQ(real(0.1), "0.1");
  EXPECT_EQ(real(100.75), "100.75");
  EXPECT_EQ(real(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(real(5e-324), "5e-324");
  EXPECT_EQ(real(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
  EXPECT_EQ(real(-std::numeric_limits<double>::max()), "-1.7976931348623157e+308");
}

TEST(JsonReal, StaysReal) {
  EXPECT_EQ(real(0.0), "0.0");
  EXPECT_EQ(real(-0.0), "-0.0");
  EXPECT_EQ(real(7), "7.0");
  EXPECT_EQ(real(9007199254740993.0), "9007199254740992.0");
  EXPECT_EQ(real(1e22), "1e+22");
}

TEST(JsonReal, WithoutAJsonFormIsNull) {
  EXPECT_EQ(real(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(real(-std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(real(std::numeric_limits<double>::quiet_NaN()), "null");
}

TEST(JsonReal, ReadsBackAsTheSameDouble) {
  std::mt19937_64 random(2);
  JsonChecker checker;
  for (int i = 0; i < 50'000; ++i) {
    const auto value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    const std::string out = real(value);
    double back = 0;
    const auto [end, error] = std::from_chars(out.data(), out.data() + out.size(), back);
    ASSERT_TRUE(error == std::errc() && end == out.data() + out.size()) << out;
    ASSERT_EQ(std::bit_cast<uint64_t>(back), std::bit_cast<uint64_t>(value)) << out;
    ASSERT_FALSE(checker.check(out)) << out;
  }
}

TEST(JsonBase64, VectorsOfRfc4648) {
  EXPECT_EQ(base64(""), R"("")");
  EXPECT_EQ(base64("f"), R"("Zg==")");
  EXPECT_EQ(base64("fo"), R"("Zm8=")");
  EXPECT_EQ(base64("foo"), R"("Zm9v")");
  EXPECT_EQ(base64("foob"), R"("Zm9vYg==")");
  EXPECT_EQ(base64("fooba"), R"("Zm9vYmE=")");
  EXPECT_EQ(base64("foobar"), R"("Zm9vYmFy")");
}

TEST(JsonBase64, AllBytes) {
  EXPECT_EQ(base64("\xFB\xFF\xBF"), R"("+/+/")");
  EXPECT_EQ(base64({"\0\0\0", 3}), R"("AAAA")");
  EXPECT_EQ(base64("\xFF"), R"("/w==")");
}

}  // namespace
}  // namespace dataaction
