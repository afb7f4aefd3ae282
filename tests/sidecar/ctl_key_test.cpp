// The key file as `dataactionctl key` edits it.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include "core/webhook/api_key.h"
#include "sidecar/ctl/file_edit.h"
#include "sidecar/ctl/key_list.h"
#include "sidecar/runtime/descriptor.h"
#include "tests/sidecar/scratch.h"

namespace dataaction {
namespace {

const std::string kOne = std::string(64, 'a') + " one";
const std::string kTwo = std::string(64, 'b') + " two";

// What was made of a text, or why nothing: "damaged: " where that is the text's own fault.
std::string outcome(const std::expected<std::string, KeyListError>& edited) {
  if (edited) return *edited;
  return (edited.error().damaged ? "damaged: " : "") + edited.error().message;
}

TEST(KeyList, WhatIsAddedIsListedAndTakenAwayAgain) {
  const auto one = add_key("", kOne, "now");
  ASSERT_TRUE(one) << one.error().message;
  EXPECT_EQ(*one, "# one: made now\n" + kOne + "\n");
  const auto both = add_key(*one, kTwo, "then");
  ASSERT_TRUE(both && read_key_file(*both)) << both.error().message;
  const auto keys = list_keys(*both);
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 2u);
  EXPECT_EQ(keys->back().label, "two");
  EXPECT_EQ(keys->back().digest, "bbbbbbbb");
  EXPECT_EQ(keys->back().made, "then");
  EXPECT_EQ(outcome(remove_key(*both, "two")), *one);
  EXPECT_EQ(outcome(remove_key(*both, "one")), outcome(add_key("", kTwo, "then")));
}

TEST(KeyList, OtherLinesStay) {
  const std::string text =
      "# two: made of something else\n\n" + kTwo + "\r\n#" + kOne + "\n" + kOne;
  const auto keys = list_keys(text);
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 2u);
  EXPECT_EQ(keys->front().label, "two");
  EXPECT_EQ(keys->front().made, "");
  EXPECT_EQ(outcome(remove_key(text, "one")),
            "# two: made of something else\n\n" + kTwo + "\r\n#" + kOne + "\n");
  EXPECT_EQ(outcome(remove_key(text, "two")),
            "# two: made of something else\n\n#" + kOne + "\n" + kOne);
}

TEST(KeyList, WhatCannotBe) {
  EXPECT_EQ(outcome(add_key(kOne, kOne, "now")), "line 3: the same key as \"one\"");
  EXPECT_EQ(outcome(add_key(kOne, std::string(64, 'c') + " one", "now")),
            "line 3: the label \"one\" is taken");
  EXPECT_EQ(outcome(remove_key(kOne, "two")), "there is no key \"two\"");
  EXPECT_TRUE(outcome(remove_key(kOne, "one")).starts_with("\"one\" is the only key"));
}

TEST(KeyList, AFileThatIsDamagedIsNoMistakeOfWhoEditsIt) {
  constexpr const char* kNoDigest =
      "damaged: line 1: a SHA-256 of 64 hexadecimal digits is expected";
  EXPECT_EQ(outcome(add_key("nonsense", kOne, "now")), kNoDigest);
  EXPECT_EQ(outcome(remove_key("nonsense", "one")), kNoDigest);
  EXPECT_EQ(outcome(add_key(kTwo + "\n" + kTwo, kOne, "now")),
            "damaged: line 2: the same key as \"two\"");
  EXPECT_EQ(outcome(remove_key("", "one")), "damaged: no keys");
  EXPECT_EQ(outcome(add_key("# none\n", kOne, "now")), "# none\n# one: made now\n" + kOne + "\n");
  const auto listed = list_keys("");
  ASSERT_FALSE(listed);
  EXPECT_TRUE(listed.error().damaged);
}

TEST(FileEdit, AnErrorLeavesTheFileAsItWas) {
  const Scratch scratch;
  const std::string path = scratch.path("list");
  const auto to = [](std::string text) {
    return [text](const std::string&) { return std::expected<std::string, std::string>(text); };
  };
  EXPECT_EQ(edit_file(path, 0600, to("a")), true);
  EXPECT_EQ(edit_file(path, 0600, to("a")), false);
  const auto refused = edit_file(path, 0600, [](const std::string& text) {
    EXPECT_EQ(text, "a");
    return std::expected<std::string, std::string>(std::unexpect, "no");
  });
  EXPECT_EQ(refused.error(), "no");
  EXPECT_EQ(edit_file(path, 0600, to("a")), false);
  EXPECT_FALSE(edit_file(path + "/none/list", 0600, to("a")));
}

std::expected<std::string, std::string> a_line(const std::string&) {
  return "a line\n";
}

TEST(FileEdit, AFileThatIsNotThereIsMadeWhereItIsSaid) {
  const Scratch scratch;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(scratch.directory());
  const auto made = edit_file("webhook.keys", 0600, a_line);
  std::filesystem::current_path(before);
  EXPECT_EQ(made, true) << made.error();
  EXPECT_TRUE(std::filesystem::is_regular_file(scratch.path("webhook.keys")));
}

TEST(FileEdit, ALinkStays) {
  const Scratch scratch;
  std::filesystem::create_symlink(scratch.path("there"), scratch.path("link"));
  const auto dangling = edit_file(scratch.path("link"), 0600, a_line);
  ASSERT_FALSE(dangling);
  EXPECT_TRUE(dangling.error().ends_with("is a symbolic link to what is not there"));
  scratch.write("there", "");
  EXPECT_EQ(edit_file(scratch.path("link"), 0600, a_line), true);
  EXPECT_TRUE(std::filesystem::is_symlink(scratch.path("link")));
  EXPECT_EQ(std::filesystem::file_size(scratch.path("there")), 7U);
}

TEST(FileEdit, AWaitForTheLockCanBeInterrupted) {
  const Scratch scratch;
  const Descriptor lock(::open(scratch.directory().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  ASSERT_EQ(::flock(lock.get(), LOCK_EX), 0);
  const std::atomic<bool> interrupted = true;
  const auto edited = edit_file(scratch.path("list"), 0600, a_line, &interrupted);
  ASSERT_FALSE(edited);
  EXPECT_TRUE(edited.error().starts_with("cannot lock the directory of")) << edited.error();
}
}  // namespace
}  // namespace dataaction
