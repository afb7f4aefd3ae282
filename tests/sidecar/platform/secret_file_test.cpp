#include "sidecar/platform/secret_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "tests/sidecar/scratch.h"

namespace dataaction {
namespace {

class SecretFile : public testing::Test {
 protected:
  std::string write(const std::string& text, mode_t mode = 0600) const {
    const std::string path = scratch_.write("secret", text);
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }

  std::string read(const std::string& text) const {
    const auto secret = read_secret(write(text));
    EXPECT_TRUE(secret) << secret.error();
    return secret.value_or("");
  }

  // Without what every refusal begins with.
  static std::string refusal(const std::string& path) {
    const auto secret = read_secret(path);
    if (secret) return "";
    const std::string beginning = "the secret file \"" + path + "\" ";
    EXPECT_TRUE(secret.error().starts_with(beginning)) << secret.error();
    return secret.error().substr(beginning.size());
  }

  Scratch scratch_;
};

TEST_F(SecretFile, IsItsTextWithoutTheNewline) {
  EXPECT_EQ(read("s3cr:t /+="), "s3cr:t /+=");
  EXPECT_EQ(read("s3cret\n"), "s3cret");
  EXPECT_EQ(read("\xC3\xA4 \n"), "\xC3\xA4 ");
}

TEST_F(SecretFile, IsReadAnewEachTime) {
  EXPECT_EQ(read("one"), "one");
  EXPECT_EQ(read("two"), "two");
}

TEST_F(SecretFile, IsForItsOwnerAndPerhapsAGroup) {
  for (const mode_t mode : {0400, 0600, 0640, 0440, 0700}) {
    EXPECT_EQ(read_secret(write("a", mode)), "a") << mode;
  }
  for (const mode_t mode : {0604, 0644, 0666, 0004}) {
    EXPECT_EQ(refusal(write("a", mode)), "is readable by everybody") << mode;
  }
  for (const mode_t mode : {0620, 0660, 0602}) {
    EXPECT_EQ(refusal(write("a", mode)), "is writable by others than its owner") << mode;
  }
}

TEST_F(SecretFile, HasASize) {
  EXPECT_EQ(refusal(write("")), "is empty");
  EXPECT_EQ(refusal(write("\n")), "is empty");
  const std::string most(kMaxSecretSize, 'x');
  EXPECT_EQ(read(most), most);
  EXPECT_EQ(read(most + '\n'), most);
  EXPECT_EQ(refusal(write(most + 'x')), "is larger than 4096 bytes");
  EXPECT_EQ(refusal(write(most + "xx\n")), "is larger than 4096 bytes");
}

TEST_F(SecretFile, IsOneLine) {
  using namespace std::string_literals;
  for (const std::string& text : {"a\nb"s, "a\n\n"s, "a\r\n"s, "a\tb"s, "a\0b"s, "\x7f"s}) {
    EXPECT_EQ(refusal(write(text)), "has more than one line, or control characters") << text;
  }
}

TEST_F(SecretFile, IsARegularFile) {
  const std::string fifo = scratch_.path("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(refusal(fifo), "is no regular file");
  EXPECT_EQ(refusal("/"), "is no regular file");
  EXPECT_EQ(refusal("/dev/null"), "is no regular file");
}

TEST_F(SecretFile, MayBeMissing) {
  const std::string path = scratch_.path("none");
  const auto secret = read_secret(path);
  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error(),
            "cannot read the secret file \"" + path + "\" (2: No such file or directory)");
}

}  // namespace
}  // namespace dataaction
