#include "core/base/siphash.h"

#include <gtest/gtest.h>

#include <string>

namespace dataaction {
namespace {

constexpr SipKey kKey = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

// Appendix A of the paper, and the vectors of its authors' code: the bytes 0, 1, 2...
TEST(SipHash, VectorsOfItsAuthors) {
  std::string bytes;
  for (char i = 0; i < 15; ++i) bytes += i;
  EXPECT_EQ(siphash(kKey, bytes), 0xa129ca6149be45e5u);
  EXPECT_EQ(siphash(kKey, ""), 0x726fdb47dd0e0e31u);
  EXPECT_EQ(siphash(kKey, bytes.substr(0, 1)), 0x74f839c593dc67fdu);
  EXPECT_EQ(siphash(kKey, bytes.substr(0, 8)), 0x93f5f5799a932462u);
}

TEST(SipHash, WordsAreTheirBytes) {
  std::string bytes;
  for (char i = 0; i < 17; ++i) bytes += i;
  EXPECT_EQ(siphash(kKey, 0x0706050403020100, 0x0f0e0d0c0b0a0908, 16), siphash(kKey, bytes));
}

TEST(SipHash, DependsOnKeyAndLength) {
  EXPECT_NE(siphash({1, 2}, "id"), siphash({1, 3}, "id"));
  EXPECT_NE(siphash({1, 2}, "id"), siphash({2, 2}, "id"));
  EXPECT_NE(siphash(kKey, std::string(1, '\0')), siphash(kKey, ""));
}

}  // namespace
}  // namespace dataaction
