#include "core/config/config_builder.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/core/config/conf_memory_files.h"

namespace dataaction {
namespace {

using std::chrono::milliseconds;

TEST(Config, HasDefaults) {
  const Config config = config_of("");
  EXPECT_EQ(config.listen.path, "/run/dataaction/dataactiond.sock");
  EXPECT_EQ(config.listen.mode, 0660u);
  EXPECT_EQ(config.listen.group, "");
  EXPECT_EQ(config.log.file, "");
  EXPECT_EQ(config.log.level, LogLevel::kNotice);
  EXPECT_EQ(config.log.format, LogFormat::kPlain);
  EXPECT_EQ(config.shutdown_timeout, milliseconds(30'000));
  EXPECT_EQ(config.max_connections, 1024u);
  EXPECT_EQ(config.max_record_size, 1u << 20);
  EXPECT_EQ(config.sql_threads, 4u);
  EXPECT_EQ(config.status_zone_size, 1u << 20);
  EXPECT_EQ(config.state_path, "");
  EXPECT_TRUE(config.platforms.empty());
  EXPECT_TRUE(config.databases.empty());
  EXPECT_TRUE(config.sources.empty());
}

TEST(Config, TakesEveryDirective) {
  const Config config = config_of(R"(
      listen unix:/s mode=0600 group=www-data backlog=128;
      log logs/d.log level=debug format=json;
      shutdown_timeout 1m30s; max_connections 10; max_record_size 16m; sql_threads 64;
      status_zone_size 64k; state_path state;)");
  EXPECT_EQ(config.listen.path, "/s");
  EXPECT_EQ(config.listen.mode, 0600u);
  EXPECT_EQ(config.listen.group, "www-data");
  EXPECT_EQ(config.listen.backlog, 128);
  EXPECT_EQ(config.listen.at, (Position{kMainFile, 3}));
  EXPECT_EQ(config.log.file, "logs/d.log");
  EXPECT_EQ(config.log.level, LogLevel::kDebug);
  EXPECT_EQ(config.log.format, LogFormat::kJson);
  EXPECT_EQ(config.log.at, (Position{kMainFile, 4}));
  EXPECT_EQ(config.shutdown_timeout, milliseconds(90'000));
  EXPECT_EQ(config.max_connections, 10u);
  EXPECT_EQ(config.max_record_size, 16u << 20);
  EXPECT_EQ(config.sql_threads, 64u);
  EXPECT_EQ(config.status_zone_size, 64u << 10);
  EXPECT_EQ(config.state_path, "state");
  EXPECT_EQ(config.state_path_at, (Position{kMainFile, 6}));
}

TEST(Config, StandardErrorIsNoFile) {
  EXPECT_EQ(config_of("log stderr;").log.file, "");
}

TEST(Config, HasDatabases) {
  const Config config = config_of(
      "database a sqlite:/a.db;\n"
      "database b \"sqlite:/b c.db\" max_statements=1 busy_timeout=50ms max_transaction=1h;");
  ASSERT_EQ(config.databases.size(), 2u);
  const DatabaseConfig* a = config.find_database("a");
  ASSERT_TRUE(a);
  EXPECT_EQ(a->path, "/a.db");
  EXPECT_EQ(a->max_statements, 64u);
  EXPECT_EQ(a->busy_timeout, milliseconds(1000));
  EXPECT_EQ(a->max_transaction, milliseconds(300'000));
  const DatabaseConfig* b = config.find_database("b");
  ASSERT_TRUE(b);
  EXPECT_EQ(b->path, "/b c.db");
  EXPECT_EQ(b->max_statements, 1u);
  EXPECT_EQ(b->busy_timeout, milliseconds(50));
  EXPECT_EQ(b->max_transaction, milliseconds(3'600'000));
  EXPECT_EQ(b->at, (Position{kMainFile, 3}));
  EXPECT_FALSE(config.find_database("c"));
}

TEST(Config, HasSyntheticSources) {
  const Config config =
      config_of("source a { synthetic transactions; } source b { records 7; synthetic nested; }");
  const auto& a = std::get<SyntheticSource>(config.find_source("a")->kind);
  EXPECT_EQ(a.kind, SyntheticKind::kTransactions);
  EXPECT_EQ(a.records, 50'000u);
  const auto& b = std::get<SyntheticSource>(config.find_source("b")->kind);
  EXPECT_EQ(b.kind, SyntheticKind::kNested);
  EXPECT_EQ(b.records, 7u);
  EXPECT_FALSE(config.find_source("a")->in_sidecar());
  EXPECT_FALSE(config.find_source("c"));
}

TEST(Config, HasFileSources) {
  const Config config = config_of("source a { file a.ndjson; } source b { file /b trusted; }");
  const auto& a = std::get<FileSource>(config.find_source("a")->kind);
  EXPECT_EQ(a.path, "a.ndjson");
  EXPECT_FALSE(a.trusted);
  const auto& b = std::get<FileSource>(config.find_source("b")->kind);
  EXPECT_EQ(b.path, "/b");
  EXPECT_TRUE(b.trusted);
  EXPECT_FALSE(config.find_source("a")->in_sidecar());
}

TEST(Config, HasSqlSourcesWithTheDatabaseBeforeOrAfter) {
  const Config config = config_of(
      "source a { json c d;\n sql db \"SELECT 1\"; }\n"
      "database db sqlite:/a;\n"
      "source b { sql db 'SELECT 2;'; }");
  const SourceConfig* a = config.find_source("a");
  ASSERT_TRUE(a);
  EXPECT_TRUE(a->in_sidecar());
  EXPECT_EQ(a->at, (Position{kMainFile, 2}));
  EXPECT_EQ(a->kind_at, (Position{kMainFile, 3}));
  const auto& sql = std::get<SqlSource>(a->kind);
  EXPECT_EQ(sql.database, "db");
  EXPECT_EQ(sql.statement, "SELECT 1");
  EXPECT_EQ(sql.json_columns, (std::vector<std::string>{"c", "d"}));
  EXPECT_EQ(std::get<SqlSource>(config.find_source("b")->kind).statement, "SELECT 2;");
}

TEST(Config, SourcesAndDatabasesHaveNamesOfTheirOwn) {
  const Config config = config_of("database x sqlite:/x; source x { synthetic nested; }");
  EXPECT_TRUE(config.find_database("x"));
  EXPECT_TRUE(config.find_source("x"));
}

TEST(Config, ResolvesPaths) {
  EXPECT_EQ(resolve_path("a/b", "/etc/nginx/"), "/etc/nginx/a/b");
  EXPECT_EQ(resolve_path("a", "/etc/nginx"), "/etc/nginx/a");
  EXPECT_EQ(resolve_path("/a", "/etc/nginx/"), "/a");
  EXPECT_EQ(resolve_path("a", ""), "a");
}

// Whatever the table lets through, the builder has an answer to.
TEST(ConfigBuilder, KnowsEveryDirectiveOfTheTable) {
  for (const Directive& directive : kDirectives) {
    if (directive.block) continue;
    for (const Directive& block : kDirectives) {
      if (!block.block || !directive.allowed_in(block.inside)) continue;
      ConfigBuilder builder;
      const Position at{"f", 1};
      const std::string_view outer[] = {"dataaction"};
      ASSERT_TRUE(builder.open_block(outer, at));
      const std::string_view inner[] = {block.name, "a"};
      if (block.name != outer[0]) {
        ASSERT_TRUE(builder.open_block(inner, at));
      }
      std::vector<std::string_view> words(1 + directive.min_args, "");
      words[0] = directive.name;
      const auto result = builder.directive(words, at);
      ASSERT_FALSE(result) << directive.name;
      EXPECT_EQ(result.error().at, at);
    }
  }
}

}  // namespace
}  // namespace dataaction
