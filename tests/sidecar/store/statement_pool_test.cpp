#include "sidecar/store/statement_pool.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/sidecar/scratch.h"

namespace dataaction {
namespace {

constexpr const char* kSql = "SELECT a FROM t";

class Pool : public testing::Test {
 protected:
  Pool() { make("a.db", 1); }

  void make(const std::string& name, int value) {
    Writer writer(scratch.path(name));
    writer.run("CREATE TABLE t (a); INSERT INTO t VALUES (" + std::to_string(value) + ")");
  }

  static int read(StatementPool::Lease& lease) {
    const auto prepared = lease.prepare();
    EXPECT_TRUE(prepared) << prepared.error().message;
    EXPECT_EQ(lease.statement().step(), SQLITE_ROW);
    return sqlite3_column_int(lease.statement().raw(), 0);
  }

  Scratch scratch;
  StatementPool pool{scratch.path("a.db"), 2};
};

TEST_F(Pool, KeepsWhatWasPrepared) {
  sqlite3_stmt* first = nullptr;
  {
    auto lease = pool.acquire(kSql);
    EXPECT_EQ(read(*lease), 1);
    first = lease->statement().raw();
  }
  auto lease = pool.acquire(kSql);
  EXPECT_EQ(read(*lease), 1);
  EXPECT_EQ(lease->statement().raw(), first);
  EXPECT_EQ(pool.open(), 1u);
}

TEST_F(Pool, IsBounded) {
  const auto one = pool.acquire(kSql);
  const auto two = pool.acquire(kSql);
  EXPECT_TRUE(one && two);
  EXPECT_FALSE(pool.acquire(kSql));
  EXPECT_EQ(pool.used(), 2u);
}

TEST_F(Pool, AnIdleOneMakesRoomForOtherSql) {
  {
    auto one = pool.acquire(kSql);
    auto two = pool.acquire("SELECT a + 1 FROM t");
    read(*one);
    read(*two);
  }
  auto other = pool.acquire("SELECT a + 41 FROM t");
  ASSERT_TRUE(other);
  EXPECT_EQ(read(*other), 42);
  EXPECT_EQ(pool.open(), 2u);
}

TEST_F(Pool, AFileThatWasReplacedIsOpenedAnew) {
  {
    auto lease = pool.acquire(kSql);
    EXPECT_EQ(read(*lease), 1);
  }
  make("b.db", 2);
  std::filesystem::rename(scratch.path("b.db"), scratch.path("a.db"));
  auto lease = pool.acquire(kSql);
  EXPECT_EQ(read(*lease), 2);
}

TEST_F(Pool, WhatIsDiscardedIsClosed) {
  {
    auto lease = pool.acquire(kSql);
    read(*lease);
    lease->discard();
  }
  EXPECT_EQ(pool.open(), 0u);
}

TEST_F(Pool, AnEndedLeaseHoldsNoTransaction) {
  {
    auto lease = pool.acquire(kSql);
    read(*lease);
  }
  Writer(scratch.path("a.db")).run("BEGIN EXCLUSIVE; DELETE FROM t; COMMIT");
}

TEST_F(Pool, CanBeTriedAgain) {
  const std::string path = scratch.path("a.db");
  std::filesystem::rename(path, path + ".away");
  auto lease = pool.acquire(kSql);
  EXPECT_FALSE(lease->prepare());
  std::filesystem::rename(path + ".away", path);
  EXPECT_EQ(read(*lease), 1);
}

}  // namespace
}  // namespace dataaction
