#include "sidecar/sources/sql_check.h"

#include <gtest/gtest.h>

#include "tests/sidecar/scratch.h"

namespace dataaction {
namespace {

class SqlCheck : public testing::Test {
 protected:
  SqlCheck() : writer(scratch.path("a.db")) { writer.run("CREATE TABLE t (a, b)"); }

  Config config(const std::string& sql, std::vector<std::string> json = {}) const {
    Config config;
    DatabaseConfig database;
    database.name = "d";
    database.path = scratch.path("a.db");
    database.busy_timeout = std::chrono::milliseconds(0);
    database.at = {"x.conf", 2};
    config.databases.push_back(database);
    config.sources.push_back(
        {"s", SqlSource{"d", sql, std::move(json)}, {"x.conf", 3}, {"x.conf", 4}});
    return config;
  }

  static std::string refusal(Config config) {
    const auto checked = check_config(std::move(config));
    return checked ? "" : describe(checked.error());
  }
  std::string refusal(const std::string& sql, std::vector<std::string> json = {}) const {
    return refusal(config(sql, std::move(json)));
  }

  static std::string invalid(const std::string& what) {
    return "invalid SQL in \"sql\" directive: " + what + " in x.conf:4";
  }

  Scratch scratch;
  Writer writer;
};

TEST_F(SqlCheck, NamesTheParametersInTheirOrder) {
  const auto checked = check_config(config("SELECT a FROM t WHERE a = :y AND b IN (:x, :y)"));
  ASSERT_TRUE(checked) << describe(checked.error());
  EXPECT_EQ(checked->sql.at(0).parameters, (std::vector<std::string>{"y", "x"}));
}

TEST_F(SqlCheck, SourcesOfTheWorkerPass) {
  Config both = config("SELECT a FROM t");
  both.sources.insert(both.sources.begin(), {"f", FileSource{"x", true}, {}, {}});
  const auto checked = check_config(std::move(both));
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->sql.size(), 2u);
}

TEST_F(SqlCheck, SaysItAtTheSqlDirective) {
  EXPECT_EQ(refusal("SELEC 1"), invalid("near \"SELEC\": syntax error"));
  EXPECT_EQ(refusal("DELETE FROM t"), invalid("only reading is allowed"));
  EXPECT_EQ(refusal("SELECT 1; SELECT 2"), invalid("there is more than one statement"));
  EXPECT_EQ(refusal("SELECT a, b AS a FROM t"), invalid("two columns are named \"a\""));
  EXPECT_EQ(refusal("SELECT a FROM t", {"c"}),
            invalid("no column is named \"c\", as \"json\" has it"));
  EXPECT_EQ(refusal("SELECT a FROM t", {"a"}), "");
}

TEST_F(SqlCheck, ParametersHaveNamesOfTheirOwn) {
  EXPECT_EQ(refusal("SELECT ?"), invalid("parameter \"?\" is not written as \":name\""));
  EXPECT_EQ(refusal("SELECT ?2"), invalid("parameter \"?\" is not written as \":name\""));
  EXPECT_EQ(refusal("SELECT @a"), invalid("parameter \"@a\" is not written as \":name\""));
  EXPECT_EQ(refusal("SELECT $a"), invalid("parameter \"$a\" is not written as \":name\""));
  EXPECT_EQ(refusal("SELECT :batch_size"), invalid("parameter \":batch_size\" is reserved"));
  EXPECT_EQ(refusal("SELECT :limit"), invalid("parameter \":limit\" is reserved"));
  EXPECT_EQ(refusal("SELECT :cursor"), invalid("parameter \":cursor\" is reserved"));
}

TEST_F(SqlCheck, ADatabaseThatDoesNotOpen) {
  Config missing = config("SELECT 1");
  missing.databases[0].path = scratch.path("no.db");
  EXPECT_EQ(refusal(std::move(missing)),
            "cannot open database \"" + scratch.path("no.db") +
                "\": unable to open database file (2: No such file or directory) in x.conf:2");

  Config other = config("SELECT 1");
  other.databases[0].path = scratch.write("x.db", std::string(4096, 'x'));
  EXPECT_EQ(refusal(std::move(other)), "cannot open database \"" + scratch.path("x.db") +
                                           "\": file is not a database in x.conf:2");
}

TEST_F(SqlCheck, ALockedDatabase) {
  writer.run("BEGIN EXCLUSIVE");
  EXPECT_EQ(refusal("SELECT a FROM t"), "cannot open database \"" + scratch.path("a.db") +
                                            "\": database is locked in x.conf:2");
}

}  // namespace
}  // namespace dataaction
