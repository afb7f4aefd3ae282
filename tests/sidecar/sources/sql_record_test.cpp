#include "sidecar/sources/sql_record.h"

#include <gtest/gtest.h>

#include "tests/sidecar/scratch.h"

namespace dataaction {
namespace {

constexpr size_t kEnough = 1 << 20;

struct Written {
  RowResult result;
  std::string text;
};

// The first row of a query.
Written write_row(const std::string& sql, const std::vector<std::string>& json = {},
                  size_t max_record_size = kEnough) {
  auto connection = SqliteConnection::open(":memory:", std::chrono::milliseconds(0));
  auto statement = connection->prepare(sql);
  if (!statement) return {RowResult::kOk, statement.error().message};
  EXPECT_EQ(statement->step(), SQLITE_ROW);
  const auto writer = SqlRecordWriter::create(*statement, json, max_record_size);
  if (!writer) return {RowResult::kOk, writer.error()};
  Written written{RowResult::kOk, "before\n"};
  written.result = writer->append(written.text, statement->raw());
  EXPECT_TRUE(written.text.starts_with("before\n"));
  written.text.erase(0, 7);
  return written;
}

std::string row(const std::string& sql, const std::vector<std::string>& json = {}) {
  return write_row(sql, json).text;
}

TEST(SqlRecord, Integers) {
  EXPECT_EQ(row("SELECT 0 AS a, -1 AS b"), "{\"a\":0,\"b\":-1}\n");
  EXPECT_EQ(row("SELECT 9223372036854775807 AS a, -9223372036854775808 AS b"),
            "{\"a\":9223372036854775807,\"b\":-9223372036854775808}\n");
  EXPECT_EQ(row("SELECT 9007199254740993 AS a"), "{\"a\":9007199254740993}\n");
}

TEST(SqlRecord, Reals) {
  EXPECT_EQ(row("SELECT 0.1 AS a, 1e300 AS b, 2.0 AS c"), "{\"a\":0.1,\"b\":1e+300,\"c\":2.0}\n");
  EXPECT_EQ(row("SELECT 9e999 AS a, -9e999 AS b, 9e999 - 9e999 AS c"),
            "{\"a\":null,\"b\":null,\"c\":null}\n");
}

TEST(SqlRecord, Texts) {
  EXPECT_EQ(row("SELECT 'a\"b\\c' || char(10) || char(1) AS a"),
            "{\"a\":\"a\\\"b\\\\c\\n\\u0001\"}\n");
  EXPECT_EQ(row("SELECT '' AS a, 'x' || char(0) || 'y' AS b"),
            "{\"a\":\"\",\"b\":\"x\\u0000y\"}\n");
  EXPECT_EQ(row("SELECT CAST(x'61FF62' AS TEXT) AS a"), "{\"a\":\"a\uFFFDb\"}\n");
  EXPECT_EQ(row("SELECT '\u00e4\U0001F600' AS a"), "{\"a\":\"\u00e4\U0001F600\"}\n");
}

TEST(SqlRecord, NullsAndBlobs) {
  EXPECT_EQ(row("SELECT NULL AS a, x'' AS b, x'00FF10' AS c"),
            "{\"a\":null,\"b\":\"\",\"c\":\"AP8Q\"}\n");
}

TEST(SqlRecord, KeysAreEscaped) {
  EXPECT_EQ(row("SELECT 1 AS \"a\"\"b\""), "{\"a\\\"b\":1}\n");
}

TEST(SqlRecord, JsonPassesThrough) {
  EXPECT_EQ(
      row("SELECT ' {\"x\": [1, 2.50]}' || char(10) AS a, NULL AS b, 3 AS c", {"a", "b", "c"}),
      "{\"a\":{\"x\":[1,2.50]},\"b\":null,\"c\":3}\n");
  EXPECT_EQ(row("SELECT '[1]' AS a"), "{\"a\":\"[1]\"}\n");
}

TEST(SqlRecord, JsonThatIsNone) {
  for (const char* sql : {"SELECT '{' AS a", "SELECT '' AS a", "SELECT '{\"c\":tru}' AS a",
                          "SELECT 'NaN' AS a", "SELECT x'FF' AS a"}) {
    const Written written = write_row(sql, {"a"});
    EXPECT_EQ(written.result, RowResult::kInvalidJson) << sql;
    EXPECT_EQ(written.text, "") << sql;
  }
}

TEST(SqlRecord, TheLargestThatFits) {
  EXPECT_EQ(write_row("SELECT 'abc' AS a", {}, 11).result, RowResult::kOk);
  const Written larger = write_row("SELECT 'abcd' AS a", {}, 11);
  EXPECT_EQ(larger.result, RowResult::kTooLarge);
  EXPECT_EQ(larger.text, "");
  EXPECT_EQ(write_row("SELECT zeroblob(100000000) AS a", {}, 1000).result, RowResult::kTooLarge);
}

TEST(SqlRecord, ColumnsThatCannotBeKeys) {
  EXPECT_EQ(row("SELECT 1 AS a, 2 AS a"), "two columns are named \"a\"");
  EXPECT_EQ(row("SELECT 1 AS a", {"b"}), "no column is named \"b\", as \"json\" has it");
}

}  // namespace
}  // namespace dataaction
