#include "core/webhook/api_key.h"

#include <gtest/gtest.h>

#include <string>

namespace dataaction {
namespace {

const std::string kZeros(64, '0');
const std::string kDigits = "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F";

KeyDigest counting() {
  KeyDigest digest;
  for (size_t i = 0; i < digest.size(); ++i) digest[i] = static_cast<uint8_t>(i);
  return digest;
}

// "line: what", or "" for a good file.
std::string problem(const std::string& text) {
  const auto keys = read_key_file(text);
  return keys ? "" : std::to_string(keys.error().line) + ": " + keys.error().what;
}

TEST(KeyFile, TakesADigestAndALabel) {
  const auto keys = read_key_file(kDigits + " genesys-main\n" + kZeros + "\tnext\n");
  ASSERT_TRUE(keys);
  EXPECT_EQ(*keys, (std::vector<ApiKey>{{counting(), "genesys-main"}, {KeyDigest{}, "next"}}));
}

TEST(KeyFile, SkipsCommentsAndEmptyLines) {
  const auto keys = read_key_file("# who\n\n  \t \n  # indented\r\n  " + kZeros + " \t a \r\n\r\n");
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 1u);
  EXPECT_EQ(keys->front().label, "a");
}

TEST(KeyFile, NeedsNoLfAtItsEnd) {
  EXPECT_EQ(problem(kZeros + " a"), "");
}

TEST(KeyFile, SaysWhichLineIsWrong) {
  const std::string digest = "a SHA-256 of 64 hexadecimal digits is expected";
  EXPECT_EQ(problem("# c\n\n" + kZeros.substr(1) + " a\n"), "3: " + digest);
  EXPECT_EQ(problem(kZeros + "0 a\n"), "1: " + digest);
  EXPECT_EQ(problem(kZeros.substr(1) + "g a\n"), "1: " + digest);
  EXPECT_EQ(problem("secret-key a\n"), "1: " + digest);
  EXPECT_EQ(problem("\xEF\xBB\xBF" + kZeros + " a\n"), "1: " + digest);
  EXPECT_EQ(problem(kDigits + " a\n" + kZeros + ",b\n"), "2: " + digest);
}

TEST(KeyFile, NeedsALabel) {
  const std::string label = "1: a label without spaces is expected after the SHA-256";
  EXPECT_EQ(problem(kZeros + "\n"), label);
  EXPECT_EQ(problem(kZeros + " \t\n"), label);
  EXPECT_EQ(problem(kZeros + " two words\n"), label);
  EXPECT_EQ(problem(kZeros + " quo\"te\n"), label);
  EXPECT_EQ(problem(kZeros + " \xC3\xA4\n"), label);
  EXPECT_EQ(problem(kZeros + std::string(" a\0b", 4)), label);
  EXPECT_EQ(problem(kZeros + ' ' + std::string(64, 'x')), "");
  EXPECT_EQ(problem(kZeros + ' ' + std::string(65, 'x')), label);
}

TEST(KeyFile, RefusesWhatWouldSurprise) {
  EXPECT_EQ(problem(""), "0: no keys");
  EXPECT_EQ(problem("# none\n\n"), "2: no keys");
  EXPECT_EQ(problem(kZeros + " a\n" + kZeros + " b\n"), R"(2: the same key as "a")");
  EXPECT_EQ(problem(kZeros + " a\n" + kDigits + " a\n"), R"(2: the label "a" is taken)");
}

// A digest is never quoted: it may be a key that somebody pasted by mistake.
TEST(KeyFile, MessagesQuoteNoDigest) {
  EXPECT_EQ(problem("hunter2 a\n").find("hunter2"), std::string::npos);
  EXPECT_EQ(problem(kZeros + " a\n" + kZeros + " b\n").find("000"), std::string::npos);
}

TEST(FindKey, FindsWhereverItStands) {
  std::vector<ApiKey> keys;
  for (uint8_t i = 0; i < 5; ++i) {
    KeyDigest digest = counting();
    digest[31] = i;
    keys.push_back({digest, "k" + std::to_string(i)});
  }
  for (const ApiKey& key : keys) EXPECT_EQ(find_key(keys, key.digest), &key);
  EXPECT_EQ(find_key(keys, KeyDigest{}), nullptr);
  EXPECT_EQ(find_key({}, KeyDigest{}), nullptr);
}

TEST(FindKey, EveryBitCounts) {
  const std::vector<ApiKey> keys{{counting(), "a"}};
  for (size_t bit = 0; bit < 256; ++bit) {
    KeyDigest other = counting();
    other[bit / 8] = static_cast<uint8_t>(other[bit / 8] ^ 1 << bit % 8);
    EXPECT_EQ(find_key(keys, other), nullptr) << bit;
  }
}

}  // namespace
}  // namespace dataaction
