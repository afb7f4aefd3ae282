#include "sidecar/platform/cursor_seal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sidecar/scratch.h"

namespace dataaction {
namespace {

using ::testing::HasSubstr;

CursorSeal::Key key_of(unsigned char byte) {
  CursorSeal::Key key;
  key.fill(byte);
  return key;
}

TEST(CursorSeal, OpensWhatItSealed) {
  const CursorSeal seal(key_of(1));
  for (const std::string& bytes : {std::string(), std::string("x"), std::string(300, '\0')}) {
    EXPECT_EQ(seal.open(seal.seal(bytes)), bytes);
  }
}

TEST(CursorSeal, NothingElse) {
  const CursorSeal seal(key_of(1));
  const std::string text = seal.seal("where to go on");
  for (size_t i = 0; i < text.size(); ++i) {
    std::string damaged = text;
    damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(seal.open(damaged)) << i;
    EXPECT_FALSE(seal.open(text.substr(0, i))) << i;
  }
  EXPECT_FALSE(CursorSeal(key_of(2)).open(text));
  EXPECT_FALSE(seal.open("!"));
}

TEST(CursorKey, IsMadeOnceAndKept) {
  const Scratch scratch;
  const auto made = load_cursor_key(scratch.path("."));
  ASSERT_TRUE(made) << made.error();
  EXPECT_EQ(load_cursor_key(scratch.path(".")), made);
  const auto mode = std::filesystem::status(scratch.path("cursor.key")).permissions();
  EXPECT_EQ(mode, std::filesystem::perms(0600));
  EXPECT_NE(random_cursor_key(), made);
}

TEST(CursorKey, ADamagedOrOpenOneIsRefused) {
  const Scratch scratch;
  scratch.write("cursor.key", "short");
  EXPECT_THAT(load_cursor_key(scratch.path(".")).error(), HasSubstr("not a key of 32 bytes"));
  scratch.write("cursor.key", std::string(32, 'k'));
  std::filesystem::permissions(scratch.path("cursor.key"), std::filesystem::perms(0640));
  EXPECT_THAT(load_cursor_key(scratch.path(".")).error(), HasSubstr("used by others"));
  EXPECT_THAT(load_cursor_key(scratch.path("none")).error(), HasSubstr("cannot create"));
}

}  // namespace
}  // namespace dataaction
