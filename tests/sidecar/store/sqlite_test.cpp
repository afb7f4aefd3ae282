#include "sidecar/store/sqlite.h"

#include <gtest/gtest.h>

#include "tests/sidecar/scratch.h"

namespace dataaction {
namespace {

class Sqlite : public testing::Test {
 protected:
  Sqlite() : writer(scratch.path("a.db")) {
    writer.run("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2)");
  }

  SqliteConnection open() {
    return std::move(*SqliteConnection::open(scratch.path("a.db"), std::chrono::milliseconds(0)));
  }

  std::string refusal(std::string_view sql) {
    SqliteConnection connection = open();
    const auto statement = connection.prepare(sql);
    return statement ? "" : statement.error().message;
  }

  Scratch scratch;
  Writer writer;
};

TEST_F(Sqlite, ReadsARow) {
  SqliteConnection connection = open();
  auto statement = connection.prepare("SELECT a + b FROM t;\n ");
  ASSERT_TRUE(statement) << statement.error().message;
  EXPECT_EQ(statement->step(), SQLITE_ROW);
  EXPECT_EQ(sqlite3_column_int(statement->raw(), 0), 3);
  EXPECT_EQ(statement->step(), SQLITE_DONE);
}

TEST_F(Sqlite, NothingThatWrites) {
  EXPECT_EQ(refusal("INSERT INTO t VALUES (3, 4)"), "only reading is allowed");
  EXPECT_EQ(refusal("UPDATE t SET a = 1"), "only reading is allowed");
  EXPECT_EQ(refusal("DELETE FROM t"), "only reading is allowed");
  EXPECT_EQ(refusal("WITH x AS (SELECT 1) DELETE FROM t"), "only reading is allowed");
  EXPECT_EQ(refusal("DROP TABLE t"), "only reading is allowed");
  EXPECT_EQ(refusal("CREATE TEMP TABLE x (a)"), "only reading is allowed");
  EXPECT_EQ(refusal("VACUUM"), "only reading is allowed");
}

TEST_F(Sqlite, NothingThatReachesFurther) {
  EXPECT_EQ(refusal("ATTACH '/tmp/x' AS x"), "only reading is allowed, not ATTACH");
  EXPECT_EQ(refusal("PRAGMA query_only = 0"), "only reading is allowed, not PRAGMA");
  EXPECT_EQ(refusal("BEGIN IMMEDIATE"), "only reading is allowed, not a transaction");
  EXPECT_NE(refusal("SELECT load_extension('x')"), "");
}

TEST_F(Sqlite, OneStatement) {
  EXPECT_EQ(refusal("SELECT 1; SELECT 2"), "there is more than one statement");
  EXPECT_EQ(refusal(""), "there is no statement");
  EXPECT_EQ(refusal("-- nothing"), "there is no statement");
  EXPECT_EQ(refusal("SELECT 1; "), "");
}

TEST_F(Sqlite, SaysWhatDoesNotCompile) {
  EXPECT_EQ(refusal("SELECT FORM t"), "no such column: FORM");
  EXPECT_EQ(refusal("SELEC 1"), "near \"SELEC\": syntax error");
}

TEST_F(Sqlite, WhatAQueryMayUse) {
  EXPECT_EQ(refusal("SELECT value FROM json_each('[1,2]')"), "");
  EXPECT_EQ(
      refusal("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"),
      "");
  EXPECT_EQ(refusal("SELECT a, row_number() OVER (ORDER BY b) FROM t"), "");
}

TEST_F(Sqlite, AFullTextIndexCanBeSearched) {
  writer.run("CREATE VIRTUAL TABLE f USING fts5(x); INSERT INTO f VALUES ('one two')");
  SqliteConnection connection = open();
  auto statement = connection.prepare("SELECT x FROM f WHERE f MATCH 'two'");
  ASSERT_TRUE(statement) << statement.error().message;
  EXPECT_EQ(statement->step(), SQLITE_ROW);
}

TEST_F(Sqlite, AViewCannotWriteEither) {
  writer.run("CREATE VIEW v AS SELECT load_extension('x')");
  EXPECT_NE(refusal("SELECT * FROM v"), "");
}

TEST_F(Sqlite, AFileThatIsNotThere) {
  auto connection = SqliteConnection::open(scratch.path("no.db"), std::chrono::milliseconds(0));
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().message,
            "unable to open database file (2: No such file or directory)");
}

TEST_F(Sqlite, AWriterMakesItBusy) {
  SqliteConnection connection = open();
  auto statement = connection.prepare("SELECT a FROM t");
  ASSERT_TRUE(statement);
  writer.run("BEGIN EXCLUSIVE");
  EXPECT_NE(statement->step(), SQLITE_ROW);
  EXPECT_TRUE(statement->last_error().busy());
  statement->reset();
  writer.run("ROLLBACK");
  EXPECT_EQ(statement->step(), SQLITE_ROW);
}

}  // namespace
}  // namespace dataaction
