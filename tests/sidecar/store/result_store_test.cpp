#include "sidecar/store/result_store.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/sidecar/scratch.h"

namespace dataaction {
namespace {

using Claim = ResultStore::Claim;

constexpr int64_t kNow = 1'700'000'000;
constexpr int64_t kLater = kNow + 600;

class ResultStoreTest : public testing::Test {
 protected:
  ResultStoreTest() { open(); }

  void open() {
    store.reset();
    auto opened = ResultStore::open(path);
    ASSERT_TRUE(opened) << opened.error();
    store = std::move(*opened);
  }

  Claim claim(std::string_view key, std::string_view fingerprint = "f", int64_t now = kNow,
              int64_t expires = kLater) {
    result = {};
    const auto claimed = store->claim({"book", key}, fingerprint, now, expires, result);
    EXPECT_TRUE(claimed) << claimed.error().message;
    return claimed.value_or(Claim::kFull);
  }

  void settle(std::string_view key, const StoredResult& with, std::string_view fingerprint = "f") {
    EXPECT_TRUE(store->settle({"book", key}, fingerprint, with));
  }

  void forget(std::string_view key, std::string_view fingerprint = "f") {
    EXPECT_TRUE(store->forget({"book", key}, fingerprint));
  }

  Scratch scratch;
  const std::string path = scratch.path("results.db");
  std::unique_ptr<ResultStore> store;
  StoredResult result;  // of the last claim
};

TEST_F(ResultStoreTest, TheFirstOneHasTheKey) {
  EXPECT_EQ(claim("k"), Claim::kMine);
  EXPECT_EQ(claim("k"), Claim::kUnknown);
  EXPECT_EQ(claim("K"), Claim::kMine);
  EXPECT_EQ(claim("k "), Claim::kMine);
}

TEST_F(ResultStoreTest, EveryFurtherOneGetsItsResult) {
  claim("k");
  settle("k", {200, "", R"({"id":7})"});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(claim("k"), Claim::kSettled);
    EXPECT_EQ(result.status, 200);
    EXPECT_EQ(result.code, "");
    EXPECT_EQ(result.text, R"({"id":7})");
  }
}

TEST_F(ResultStoreTest, AnErrorIsAResult) {
  claim("k");
  settle("k", {410, "dataaction.upstream.status", "no longer there", 7});
  EXPECT_EQ(claim("k"), Claim::kSettled);
  EXPECT_EQ(result.status, 410);
  EXPECT_EQ(result.code, "dataaction.upstream.status");
  EXPECT_EQ(result.text, "no longer there");
  EXPECT_EQ(result.retry_after, 7);
}

TEST_F(ResultStoreTest, KeepsWhatIsNoText) {
  using namespace std::string_literals;
  const std::string key = "k\0\xFF'; DROP TABLE results --"s;
  EXPECT_EQ(claim(key, "f\0g"s), Claim::kMine);
  settle(key, {200, "", std::string(1 << 20, '\0') + "end"}, "f\0g"s);
  EXPECT_EQ(claim(key, "f\0g"s), Claim::kSettled);
  EXPECT_EQ(result.text, std::string(1 << 20, '\0') + "end");
  EXPECT_EQ(claim(key, "f"), Claim::kOther);
  EXPECT_EQ(claim("k"), Claim::kMine);
}

TEST_F(ResultStoreTest, AnotherRequestDoesNotGetIt) {
  claim("k", "one");
  EXPECT_EQ(claim("k", "two"), Claim::kOther);
  settle("k", {200, "", "{}"}, "one");
  EXPECT_EQ(claim("k", "two"), Claim::kOther);
  EXPECT_EQ(result.text, "");
  EXPECT_EQ(claim("k", "one"), Claim::kSettled);
}

TEST_F(ResultStoreTest, ActionsHaveKeysOfTheirOwn) {
  claim("k");
  EXPECT_EQ(store->claim({"cancel", "k"}, "f", kNow, kLater, result), Claim::kMine);
  settle("k", {200, "", "{}"});
  EXPECT_EQ(store->claim({"cancel", "k"}, "f", kNow, kLater, result), Claim::kUnknown);
  EXPECT_EQ(store->claim({"boo", "kk"}, "f", kNow, kLater, result), Claim::kMine);
}

TEST_F(ResultStoreTest, WhatWasNotDoneIsForgotten) {
  claim("k");
  forget("k");
  EXPECT_EQ(claim("k", "another"), Claim::kMine);
}

TEST_F(ResultStoreTest, WhatIsSettledIsNotForgotten) {
  claim("k");
  settle("k", {200, "", "{}"});
  forget("k");
  forget("nobody's");
  EXPECT_EQ(claim("k"), Claim::kSettled);
}

TEST_F(ResultStoreTest, AKeyEndsWithItsTime) {
  claim("k", "one", kNow, kNow + 10);
  settle("k", {200, "", "{}"}, "one");
  claim("unsettled", "one", kNow, kNow + 10);
  EXPECT_EQ(claim("k", "one", kNow + 9), Claim::kSettled);
  EXPECT_EQ(claim("unsettled", "one", kNow + 9), Claim::kUnknown);
  EXPECT_EQ(claim("k", "two", kNow + 10, kNow + 20), Claim::kMine);
  EXPECT_EQ(claim("unsettled", "two", kNow + 10), Claim::kMine);
}

TEST_F(ResultStoreTest, TheTimeIsTheFirstOnes) {
  claim("k", "f", kNow, kNow + 10);
  claim("k", "f", kNow + 5, kNow + 15);
  EXPECT_EQ(claim("k", "f", kNow + 10), Claim::kMine);
}

// A call may take longer than its key lives, and somebody else have the key by then.
TEST_F(ResultStoreTest, WhoComesTooLateChangesNothing) {
  claim("k", "one", kNow, kNow + 1);
  EXPECT_EQ(claim("k", "two", kNow + 1), Claim::kMine);
  settle("k", {200, "", "of one"}, "one");
  EXPECT_EQ(claim("k", "two", kNow + 1), Claim::kUnknown);
  forget("k", "one");
  EXPECT_EQ(claim("k", "two", kNow + 1), Claim::kUnknown);
  settle("k", {200, "", "of two"}, "two");
  EXPECT_EQ(claim("k", "two", kNow + 1), Claim::kSettled);
  EXPECT_EQ(result.text, "of two");
}

TEST_F(ResultStoreTest, OutlivesTheProcess) {
  claim("settled");
  settle("settled", {200, "", "{}"});
  claim("in the middle");
  claim("forgotten");
  forget("forgotten");
  open();
  EXPECT_EQ(claim("settled"), Claim::kSettled);
  EXPECT_EQ(claim("in the middle"), Claim::kUnknown);
  EXPECT_EQ(claim("in the middle", "of another"), Claim::kOther);
  EXPECT_EQ(claim("forgotten"), Claim::kMine);
  EXPECT_EQ(claim("in the middle", "f", kLater), Claim::kMine);
}

// As a process that is killed leaves it: nothing is closed, the log is not written back.
TEST_F(ResultStoreTest, WhatIsClaimedIsOnTheDisk) {
  claim("claimed");
  claim("settled");
  settle("settled", {200, "", "{}"});
  for (const char* suffix : {"", "-wal"}) {
    std::filesystem::copy_file(path + suffix, scratch.path("copy.db") + suffix);
  }
  store = std::move(*ResultStore::open(scratch.path("copy.db")));
  EXPECT_EQ(claim("claimed"), Claim::kUnknown);
  EXPECT_EQ(claim("settled"), Claim::kSettled);
}

TEST_F(ResultStoreTest, HasRoomForSoManyKeys) {
  store.reset();
  Writer(path).run(
      "PRAGMA synchronous=OFF;"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
      std::to_string(ResultStore::kMaxKeys) +
      ") INSERT INTO results SELECT 'a', i, x'', iif(i < 3, " + std::to_string(kNow) + " + i, " +
      std::to_string(kLater) + "), 200, '', '{}', 0 FROM n");
  open();
  EXPECT_EQ(claim("k"), Claim::kFull);
  EXPECT_EQ(claim("k"), Claim::kFull) << "it has left nothing";
  EXPECT_EQ(store->claim({"a", "7"}, "", kNow, kLater, result), Claim::kSettled);
  // As soon as one has ended there is room for one.
  EXPECT_EQ(claim("k", "f", kNow + 1), Claim::kMine);
  EXPECT_EQ(claim("l", "f", kNow + 1), Claim::kFull);
  forget("k");
  EXPECT_EQ(claim("l", "f", kNow + 1), Claim::kMine);
  EXPECT_EQ(claim("m", "f", kNow + 1), Claim::kFull);
  EXPECT_EQ(claim("m", "f", kNow + 2), Claim::kMine);
}

TEST_F(ResultStoreTest, AFailureLeavesItUsable) {
  claim("k");
  Writer writer(path);
  writer.run("ALTER TABLE results RENAME TO moved");
  EXPECT_FALSE(store->claim({"book", "k"}, "f", kNow, kLater, result));
  EXPECT_FALSE(store->settle({"book", "k"}, "f", {}));
  EXPECT_FALSE(store->forget({"book", "k"}, "f"));
  writer.run("ALTER TABLE moved RENAME TO results");
  EXPECT_EQ(claim("k"), Claim::kUnknown);
  EXPECT_EQ(claim("l"), Claim::kMine);
}

}  // namespace
}  // namespace dataaction
