#include "core/base/base64url.h"

#include <gtest/gtest.h>

#include <string>

namespace dataaction {
namespace {

TEST(Base64Url, VectorsOfRfc4648) {
  const std::pair<std::string, std::string> vectors[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xFB\xFF\xBF", "-_-_"},
  };
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(base64url_encode(bytes), text);
    EXPECT_EQ(base64url_decode(text), bytes);
  }
}

TEST(Base64Url, EveryByteAndLengthRoundTrips) {
  for (int c = 0; c < 256; ++c) {
    for (size_t size = 1; size <= 7; ++size) {
      const std::string bytes(size, static_cast<char>(c));
      const std::string text = base64url_encode(bytes);
      EXPECT_EQ(text.find_first_of("+/="), std::string::npos);
      EXPECT_EQ(base64url_decode(text), bytes);
    }
  }
}

TEST(Base64Url, RefusesOtherCharacters) {
  for (int c = 0; c < 256; ++c) {
    const bool member = isalnum(c) != 0 || c == '-' || c == '_';
    EXPECT_EQ(base64url_decode(std::string("AAA") + static_cast<char>(c)).has_value(), member) << c;
  }
  for (const char* bad : {"Zg==", "Zm8=", "Zm9v\n", " Zm9v", "Zm 9v"}) {
    EXPECT_FALSE(base64url_decode(bad)) << bad;
  }
}

TEST(Base64Url, RefusesImpossibleLengths) {
  EXPECT_FALSE(base64url_decode("A"));
  EXPECT_FALSE(base64url_decode("AAAAA"));
}

// "Zg" has four bits to spare and "Zm8" two: any of them set would be another text for the same
// bytes.
TEST(Base64Url, EachTextHasOneForm) {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (size_t value = 0; value < alphabet.size(); ++value) {
    EXPECT_EQ(base64url_decode(std::string("Z") + alphabet[value]).has_value(), value % 16 == 0);
    EXPECT_EQ(base64url_decode(std::string("Zm") + alphabet[value]).has_value(), value % 4 == 0);
  }
}

}  // namespace
}  // namespace dataaction
