#include "core/base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace dataaction {
namespace {

std::string encode(unsigned code_point) {
  const auto tail = [&](int shift) {
    return static_cast<char>(0x80 | (code_point >> shift & 0x3F));
  };
  if (code_point < 0x80) return {static_cast<char>(code_point)};
  if (code_point < 0x800) return {static_cast<char>(0xC0 | code_point >> 6), tail(0)};
  if (code_point < 0x10000) return {static_cast<char>(0xE0 | code_point >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | code_point >> 18), tail(12), tail(6), tail(0)};
}

Utf8Sequence read(const std::string& bytes) {
  return read_utf8(bytes.data(), bytes.data() + bytes.size());
}

TEST(Utf8, TakesEveryCodePointButSurrogates) {
  for (unsigned code_point = 0; code_point < 0x110000; ++code_point) {
    const std::string bytes = encode(code_point);
    const Utf8Sequence got = read(bytes);
    const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    ASSERT_EQ(got.valid, !surrogate) << code_point;
    ASSERT_EQ(got.size, surrogate ? 1 : bytes.size()) << code_point;
  }
}

TEST(Utf8, RefusesWhatIsAboveUnicode) {
  for (unsigned code_point = 0x110000; code_point < 0x200000; code_point += 0x101) {
    const Utf8Sequence got = read(encode(code_point));
    ASSERT_FALSE(got.valid) << code_point;
    ASSERT_EQ(got.size, 1u) << code_point;
  }
}

TEST(Utf8, RefusesOverlongForms) {
  for (unsigned c = 0; c < 0x80; ++c) {
    const auto tail = static_cast<char>(0x80 | (c & 0x3F));
    EXPECT_FALSE(read({static_cast<char>(0xC0 | c >> 6), tail}).valid);
    EXPECT_FALSE(read({'\xE0', static_cast<char>(0x80 | c >> 6), tail}).valid);
    EXPECT_FALSE(read({'\xF0', '\x80', static_cast<char>(0x80 | c >> 6), tail}).valid);
  }
}

TEST(Utf8, SizesTheIllFormedPart) {
  const std::pair<std::string, size_t> cases[] = {
      {"\x80", 1},         {"\xC2", 1},         {"\xC2\x41", 1},
      {"\xE1", 1},         {"\xE1\x80", 2},     {"\xE1\x80\x41", 2},
      {"\xE1\x41\x80", 1}, {"\xF1\x80\x80", 3}, {"\xF1\x80\x80\x41", 3},
      {"\xF1\x80\xC0", 2}, {"\xFF\x80", 1},
  };
  for (const auto& [bytes, size] : cases) {
    EXPECT_FALSE(read(bytes).valid);
    EXPECT_EQ(read(bytes).size, size) << testing::PrintToString(bytes);
  }
}

TEST(Utf8, LooksAtOneSequence) {
  EXPECT_EQ(read("\xC3\xA4\xFF").size, 2u);
  EXPECT_TRUE(read("\xC3\xA4\xFF").valid);
}

}  // namespace
}  // namespace dataaction
