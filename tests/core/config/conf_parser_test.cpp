#include "core/config/conf_parser.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/core/config/conf_memory_files.h"

namespace dataaction {
namespace {

constexpr const char* kNginxConf = R"(
user www-data;
events { worker_connections 1024; }
http {
    log_format main '$remote_addr "$request" {}';
    map $a $b { default 0; include x.conf; dataaction 1; "~^\d{3}$" 2; }
    init_by_lua_block {
        -- it's a brace: }
        local t = { "}", [[ } dataaction { ]] }
    }
    dataaction {
        source a { synthetic nested; }
    }
    server {
        location ~ ^/(?<n>\d+)$ {
            set_by_lua_block $x { return "}" }
            return 200 "${n}";
        }
    }
}
)";

TEST(ConfParser, FindsTheBlockInNginxConf) {
  const auto parsed = parse_files({{kMainFile, kNginxConf}});
  ASSERT_TRUE(parsed) << describe(parsed.error());
  ASSERT_EQ(parsed->config.sources.size(), 1u);
  EXPECT_EQ(parsed->config.sources[0].at, (Position{kMainFile, 12}));
  EXPECT_TRUE(parsed->warnings.empty());
}

TEST(ConfParser, TakesAFileForInclusion) {
  EXPECT_EQ(message_of("dataaction { }"), "");
  EXPECT_EQ(message_of("map $a $b { x y; } dataaction { } server { listen 80; }"), "");
}

TEST(ConfParser, WantsTheBlock) {
  EXPECT_EQ(message_of(""), "no \"dataaction\" block in /c/main.conf");
  EXPECT_EQ(message_of("http { server { } }"), "no \"dataaction\" block in /c/main.conf");
}

TEST(ConfParser, WantsTheBlockOnce) {
  EXPECT_EQ(message_of("http {\n dataaction { }\n dataaction { }\n}"),
            "\"dataaction\" directive is duplicate in /c/main.conf:3");
}

TEST(ConfParser, WantsTheBlockInHttp) {
  const std::string here = "\"dataaction\" directive is not allowed here in /c/main.conf:2";
  EXPECT_EQ(message_of("http { server {\n dataaction { } } }"), here);
  EXPECT_EQ(message_of("stream {\n dataaction { } }"), here);
  EXPECT_EQ(message_of("http { }\n dataaction { }"), here);
  EXPECT_EQ(message_of("\n dataaction { }\n http { }"), here);
  EXPECT_EQ(message_of("dataaction {\n dataaction { } }"), here);
}

TEST(ConfParser, ChecksTheBlocksOwnWords) {
  EXPECT_EQ(message_of("dataaction;"),
            "directive \"dataaction\" has no opening \"{\" in /c/main.conf:1");
  EXPECT_EQ(message_of("http { dataaction x { } }"),
            "invalid number of arguments in \"dataaction\" directive in /c/main.conf:1");
}

TEST(ConfParser, MatchesBraces) {
  const std::string end = "unexpected end of file, expecting \"}\" in /c/main.conf:2";
  EXPECT_EQ(message_of("http {\n"), end);
  EXPECT_EQ(message_of("dataaction {\n"), end);
  EXPECT_EQ(message_of("dataaction { source a {\n"), end);
  EXPECT_EQ(message_of("a { b { }\n"), end);
  EXPECT_EQ(message_of("dataaction { }\n}"), "unexpected \"}\" in /c/main.conf:2");
  EXPECT_EQ(message_of("dataaction { listen"),
            "unexpected end of file, expecting \";\" or \"}\" in /c/main.conf:1");
  EXPECT_EQ(message_of("a { b"),
            "unexpected end of file, expecting \";\" or \"}\" in /c/main.conf:1");
}

TEST(ConfParser, SaysWhereLuaBegan) {
  EXPECT_EQ(message_of("a;\nx_by_lua_block {\n\n '}'"),
            "unexpected end of file, expecting terminating characters for lua code block"
            " in /c/main.conf:2");
  EXPECT_EQ(message_of("a { x_by_lua_block {\n\n x = [=[ ]] }"),
            "Lua code block missing the closing long bracket \"]=]\", the inlined Lua code may be "
            "too long in /c/main.conf:3");
}

TEST(ConfParser, DoesNotRecurseIntoOthers) {
  std::string text = "dataaction { }";
  for (int i = 0; i < 200'000; ++i) text += "a{";
  EXPECT_EQ(message_of(text), "unexpected end of file, expecting \"}\" in /c/main.conf:1");
}

TEST(ConfInclude, WorksEverywhere) {
  const auto parsed = parse_files({
      {kMainFile, "include top.conf;"},
      {"/c/top.conf", "http { include /d/*.conf; }"},
      {"/d/1.conf", "server { }"},
      {"/d/2.conf", "dataaction { include own/*.conf; }"},
      {"/c/own/b.conf", "source b { include kind.conf; }"},
      {"/c/own/a.conf", "max_connections 7; source a { synthetic nested; }"},
      {"/c/kind.conf", "\nfile x;"},
  });
  ASSERT_TRUE(parsed) << describe(parsed.error());
  const Config& config = parsed->config;
  EXPECT_EQ(config.max_connections, 7u);
  ASSERT_EQ(config.sources.size(), 2u);
  EXPECT_EQ(config.sources[0].name, "a");
  EXPECT_EQ(config.sources[1].at, (Position{"/c/own/b.conf", 1}));
  EXPECT_EQ(config.sources[1].kind_at, (Position{"/c/kind.conf", 2}));
}

TEST(ConfInclude, UnreadableIsAWarningOutsideTheBlock) {
  const auto parsed = parse_files({{kMainFile,
                                    "include a.conf;\n"
                                    "http {\n include /b.conf; include /broken/*; include no/*;\n"
                                    " dataaction { include no/*; } }"}});
  ASSERT_TRUE(parsed) << describe(parsed.error());
  ASSERT_EQ(parsed->warnings.size(), 3u);
  EXPECT_EQ(describe(parsed->warnings[0]),
            "open() \"/c/a.conf\" failed (2: No such file or directory) in /c/main.conf:1");
  EXPECT_EQ(describe(parsed->warnings[1]),
            "open() \"/b.conf\" failed (2: No such file or directory) in /c/main.conf:3");
  EXPECT_EQ(describe(parsed->warnings[2]),
            "glob() \"/broken/*\" failed (5: Input/output error) in /c/main.conf:3");
}

TEST(ConfInclude, UnreadableIsAnErrorInTheBlock) {
  EXPECT_EQ(message_of("dataaction {\n include a.conf; }"),
            "open() \"/c/a.conf\" failed (2: No such file or directory) in /c/main.conf:2");
  EXPECT_EQ(message_of("dataaction { source a {\n include /broken/?; } }"),
            "glob() \"/broken/?\" failed (5: Input/output error) in /c/main.conf:2");
}

TEST(ConfInclude, MainFileMustBeReadable) {
  const auto parsed = parse_files({});
  ASSERT_FALSE(parsed);
  EXPECT_EQ(describe(parsed.error()),
            "open() \"/c/main.conf\" failed (2: No such file or directory)");
}

TEST(ConfInclude, ChecksItsWords) {
  EXPECT_EQ(message_of("dataaction { include; }"),
            "invalid number of arguments in \"include\" directive in /c/main.conf:1");
  EXPECT_EQ(message_of("include a b;"),
            "invalid number of arguments in \"include\" directive in /c/main.conf:1");
  EXPECT_EQ(message_of("http { include a { } }"),
            "directive \"include\" is not terminated by \";\" in /c/main.conf:1");
}

TEST(ConfInclude, HoldsWholeBlocks) {
  EXPECT_EQ(message_of("dataaction { include a; }", {{"/c/a", "\n}"}}),
            "unexpected \"}\" in /c/a:2");
  EXPECT_EQ(message_of("dataaction { include a; }", {{"/c/a", "source a {"}}),
            "unexpected end of file, expecting \"}\" in /c/a:1");
}

TEST(ConfInclude, IsBounded) {
  EXPECT_EQ(message_of("\ninclude main.conf;"),
            "too many includes, \"/c/main.conf\" not read in /c/main.conf:2");
  // Fewer levels than allowed, but each file twice: 2^20 of them.
  std::map<std::string, std::string> files;
  for (int i = 0; i < 20; ++i) {
    const std::string next = std::to_string(i + 1);
    files["/c/" + std::to_string(i)] = "include " + next + ";\ninclude " + next + ";";
  }
  files["/c/20"] = "";
  EXPECT_TRUE(message_of("include 0;", files).starts_with("too many includes, \""));
}

TEST(ConfDirectory, IsTheMainFiles) {
  EXPECT_EQ(conf_directory("/etc/nginx/nginx.conf"), "/etc/nginx/");
  EXPECT_EQ(conf_directory("/nginx.conf"), "/");
  EXPECT_EQ(conf_directory("nginx.conf"), "");
}

}  // namespace
}  // namespace dataaction
