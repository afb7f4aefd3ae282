#include "sidecar/sources/sql_parameters.h"

#include <gtest/gtest.h>

#include "tests/sidecar/scratch.h"

namespace dataaction {
namespace {

using namespace std::string_literals;

// `TYPE:VALUE` of the one parameter as SQLite sees it.
std::string seen(const std::string& json) {
  const auto values = read_sql_parameters(R"({"p":)" + json + "}", {"p"});
  if (!values) return "refused";
  auto connection = SqliteConnection::open(":memory:", std::chrono::milliseconds(0));
  auto statement = connection->prepare("SELECT typeof(:p) || ':' || coalesce(:p, '')");
  EXPECT_TRUE(bind(*statement, *values));
  EXPECT_EQ(statement->step(), SQLITE_ROW);
  return {reinterpret_cast<const char*>(sqlite3_column_text(statement->raw(), 0)),
          static_cast<size_t>(sqlite3_column_bytes(statement->raw(), 0))};
}

TEST(SqlParameters, ByTheirType) {
  EXPECT_EQ(seen("7"), "integer:7");
  EXPECT_EQ(seen("-0"), "integer:0");
  EXPECT_EQ(seen("9223372036854775807"), "integer:9223372036854775807");
  EXPECT_EQ(seen("-9223372036854775808"), "integer:-9223372036854775808");
  EXPECT_EQ(seen("1.5"), "real:1.5");
  EXPECT_EQ(seen("1e3"), "real:1000.0");
  EXPECT_EQ(seen("1e-999"), "real:0.0");
  EXPECT_EQ(seen("true"), "integer:1");
  EXPECT_EQ(seen("false"), "integer:0");
  EXPECT_EQ(seen("null"), "null:");
  EXPECT_EQ(seen(R"("1")"), "text:1");
  EXPECT_EQ(seen(R"("")"), "text:");
  EXPECT_EQ(seen(R"("'; DROP TABLE t; --")"), "text:'; DROP TABLE t; --");
  EXPECT_EQ(seen(R"("\u00e4\n")"), "text:\u00e4\n");
}

TEST(SqlParameters, NestedOnesAsTheirText) {
  EXPECT_EQ(seen("[1,\"a\",null]"), "text:[1,\"a\",null]");
  EXPECT_EQ(seen("[]"), "text:[]");
  EXPECT_EQ(seen(R"({"a":{"b":[1.50,{}]},"c":"\""})"), R"(text:{"a":{"b":[1.50,{}]},"c":"\""})");
  EXPECT_EQ(seen(R"({"p":1})"), R"(text:{"p":1})");
}

TEST(SqlParameters, NumbersThatDoNotFit) {
  EXPECT_EQ(seen("9223372036854775808"), "refused");
  EXPECT_EQ(seen("-9223372036854775809"), "refused");
  EXPECT_EQ(seen("1.9e308"), "refused");
  const auto values = read_sql_parameters(R"({"p":9223372036854775808})", {"p"});
  EXPECT_EQ(values.error().message, "parameter \"p\" is out of range");
  EXPECT_EQ(values.error().status, 422);
}

TEST(SqlParameters, AllThatAreMissing) {
  const auto values = read_sql_parameters(R"({"b":1,"x":2})", {"a", "b", "c"});
  ASSERT_FALSE(values);
  const ErrorReply& reply = values.error();
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(reply.code, "dataaction.request.parameter");
  EXPECT_EQ(reply.message, "parameter \"a\" is missing");
  EXPECT_EQ(reply.details, (std::vector<ErrorDetail>{{"dataaction.request.parameter", "a"},
                                                     {"dataaction.request.parameter", "c"}}));
}

TEST(SqlParameters, OthersAreIgnored) {
  const auto values = read_sql_parameters(R"({"x":{"a":1},"a":2,"y":[{"a":3}]})", {"a"});
  ASSERT_TRUE(values);
  EXPECT_EQ(*values, std::vector<SqlValue>{int64_t{2}});
}

TEST(SqlParameters, OnlyAnObject) {
  for (const char* text : {"", "[]", "1", "\"a\"", "null", "{", "{\"a\":}", "[{}]"}) {
    const auto values = read_sql_parameters(text, {});
    ASSERT_FALSE(values) << text;
    EXPECT_EQ(values.error().status, 400) << text;
  }
}

}  // namespace
}  // namespace dataaction
