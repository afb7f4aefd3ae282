// The file of a ResultStore: whose it is, and what cannot be one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/fsuid.h>
#include <sys/stat.h>

#include <string>

#include "sidecar/store/result_store.h"
#include "tests/sidecar/scratch.h"

namespace dataaction {
namespace {

using std::filesystem::perms;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Why it is none; empty: it is one.
std::string refusal(const std::string& path) {
  const auto store = ResultStore::open(path);
  return store ? "" : store.error();
}

perms mode_of(const std::string& path) {
  return std::filesystem::status(path).permissions();
}

// In the file system somebody who may do what its modes say, root or not.
class AsNobody {
 public:
  AsNobody() : before_(static_cast<uid_t>(::setfsuid(65534))) {}
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;
  ~AsNobody() { ::setfsuid(before_); }

 private:
  const uid_t before_;
};

TEST(ResultFile, IsItsOwnersAlone) {
  const Scratch scratch;
  const mode_t before = ::umask(0);
  const auto store = ResultStore::open(scratch.path("a.db"));
  ASSERT_TRUE(store) << store.error();
  StoredResult result;
  EXPECT_TRUE((*store)->claim({"a", "k"}, "f", 1, 2, result));
  ::umask(before);
  for (const char* name : {"a.db", "a.db-wal", "a.db-shm"}) {
    EXPECT_EQ(mode_of(scratch.path(name)), perms(0600)) << name;
  }
}

TEST(ResultFile, WhatIsThereStaysAsItIs) {
  const Scratch scratch;
  ASSERT_EQ(refusal(scratch.path("a.db")), "");
  std::filesystem::permissions(scratch.path("a.db"), perms(0640));
  EXPECT_EQ(refusal(scratch.path("a.db")), "");
  EXPECT_EQ(mode_of(scratch.path("a.db")), perms(0640));
}

TEST(ResultFile, AnEmptyOneIsAsGoodAsNone) {
  const Scratch scratch;
  EXPECT_EQ(refusal(scratch.write("a.db", "")), "");
}

TEST(ResultFile, NeedsItsDirectory) {
  const Scratch scratch;
  EXPECT_EQ(refusal(scratch.path("none/a.db")),
            "open() \"" + scratch.path("none/a.db") + "\" failed (2: No such file or directory)");
  EXPECT_THAT(refusal(scratch.path("")), HasSubstr("(21: Is a directory)"));
}

TEST(ResultFile, NeedsADirectoryToWriteTo) {
  const Scratch scratch;
  const std::string path = scratch.path("a.db");
  std::filesystem::permissions(scratch.directory(), perms(0555));
  {
    const AsNobody nobody;
    EXPECT_EQ(refusal(path), "open() \"" + path + "\" failed (13: Permission denied)");
  }
  std::filesystem::permissions(scratch.directory(), perms(0700));
}

// Its log, which stands beside it, cannot be made.
TEST(ResultFile, ItselfIsNotEnough) {
  const Scratch scratch;
  const std::string path = scratch.path("a.db");
  ASSERT_EQ(refusal(path), "");
  std::filesystem::permissions(path, perms(0666));
  std::filesystem::permissions(scratch.directory(), perms(0555));
  {
    const AsNobody nobody;
    EXPECT_THAT(refusal(path), StartsWith("cannot use \"" + path + "\": "));
  }
  std::filesystem::permissions(scratch.directory(), perms(0700));
}

TEST(ResultFile, IsADatabase) {
  const Scratch scratch;
  const std::string path = scratch.write("a.db", std::string(8192, 'x'));
  EXPECT_EQ(refusal(path), "cannot use \"" + path + "\": file is not a database");
  Writer(scratch.path("b.db")).run("CREATE TABLE results (a)");
  EXPECT_THAT(refusal(scratch.path("b.db")), StartsWith("cannot use \""));
}

// Whatever is damaged: an error, or answers, and no more than that.
TEST(ResultFile, DamageDoesNoHarm) {
  const Scratch scratch;
  StoredResult result;
  {
    const auto store = ResultStore::open(scratch.path("a.db"));
    ASSERT_TRUE(store);
    for (int i = 0; i < 100; ++i) {
      const std::string key = "key " + std::to_string(i);
      ASSERT_TRUE((*store)->claim({"a", key}, "f", 1, 1000, result));
      ASSERT_TRUE((*store)->settle({"a", key}, "f", {200, "", std::string(200, 'r')}));
    }
  }
  std::ifstream in(scratch.path("a.db"), std::ios::binary);
  const std::string good((std::istreambuf_iterator<char>(in)), {});
  ASSERT_GT(good.size(), 3U * 4096);
  for (size_t at = 0; at < good.size(); at += 2039) {
    std::string bad = good;
    bad.replace(at, std::min<size_t>(64, bad.size() - at), std::min<size_t>(64, bad.size() - at),
                '\xFF');
    const auto store = ResultStore::open(scratch.write("b.db", bad));
    if (!store) continue;
    for (const char* key : {"key 0", "key 55", "another"}) {
      if ((*store)->claim({"a", key}, "f", 1, 1000, result)) {
        static_cast<void>((*store)->settle({"a", key}, "f", {}));
        static_cast<void>((*store)->forget({"a", key}, "f"));
      }
    }
  }
}

TEST(ResultFile, ATruncatedOneIsRefused) {
  const Scratch scratch;
  StoredResult result;
  ASSERT_TRUE((*ResultStore::open(scratch.path("a.db")))->claim({"a", "k"}, "f", 1, 9, result));
  std::filesystem::resize_file(scratch.path("a.db"), 4096);
  EXPECT_THAT(refusal(scratch.path("a.db")), StartsWith("cannot use \""));
}

TEST(ResultFile, OneOfBeforeIsTakenOn) {
  const Scratch scratch;
  {
    Writer writer(scratch.path("a.db"));
    writer.run(
        "CREATE TABLE results (action TEXT NOT NULL, key TEXT NOT NULL, fingerprint BLOB NOT NULL,"
        " expires INTEGER NOT NULL, status INTEGER, code TEXT, text TEXT,"
        " PRIMARY KEY (action, key)) WITHOUT ROWID;"
        "INSERT INTO results VALUES ('a', 'k', CAST('f' AS BLOB), 9, 503, 'c', 't')");
  }
  for (int i = 0; i < 2; ++i) {
    const auto store = ResultStore::open(scratch.path("a.db"));
    ASSERT_TRUE(store) << store.error();
    StoredResult result;
    EXPECT_EQ((*store)->claim({"a", "k"}, "f", 1, 2, result), ResultStore::Claim::kSettled);
    EXPECT_EQ(result.status, 503);
    EXPECT_EQ(result.retry_after, 0);
  }
}
}  // namespace
}  // namespace dataaction
