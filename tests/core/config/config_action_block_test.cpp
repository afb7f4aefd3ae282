// An `action` block as a whole: what it needs, what excludes what, and whose name it may not have.

#include <gtest/gtest.h>

#include <string>

#include "tests/core/config/action_lines.h"

namespace dataaction {
namespace {

class ActionBlockMessage : public testing::TestWithParam<Mistake> {};

TEST_P(ActionBlockMessage, IsExact) {
  EXPECT_EQ(in_block(GetParam().text), std::string(GetParam().message) + " in /c/main.conf:2");
}

INSTANTIATE_TEST_SUITE_P(
    Table, ActionBlockMessage,
    testing::Values(
        Mistake{"action a;", "directive \"action\" has no opening \"{\""},
        Mistake{"action { }", "invalid number of arguments in \"action\" directive"},
        Mistake{"action a b { }", "invalid number of arguments in \"action\" directive"},
        Mistake{"action a/b { }",
                "invalid action name \"a/b\", "
                "it must be 1 to 64 letters, digits, \"_\", \".\" or \"-\""},
        Mistake{"action a { }", "action \"a\" has no \"contract\" directive"},
        Mistake{"action a { contract ''; }", "invalid value \"\" in \"contract\" directive"},
        Mistake{"action a { contract c; }", "action \"a\" has no \"request\" directive"},
        Mistake{"action a { contract c; request GET https://b/; }",
                "action \"a\" has no \"output\" directive"},
        Mistake{"action a { request get https://b/; }",
                "invalid value \"get\" in \"request\" directive, it must be \"GET\", \"HEAD\", "
                "\"POST\", \"PUT\", \"PATCH\" or \"DELETE\""},
        Mistake{"action a { request TRACE https://b/; }",
                "invalid value \"TRACE\" in \"request\" directive, it must be \"GET\", \"HEAD\", "
                "\"POST\", \"PUT\", \"PATCH\" or \"DELETE\""},
        Mistake{"action a { request GET /posts; }",
                "invalid URL in \"request\" directive: it must be an absolute URL, as "
                "\"https://api.mypurecloud.com\""},
        Mistake{"action a { request GET http://b/; }",
                "invalid URL in \"request\" directive: it must be an https URL; http is for "
                "addresses of this machine alone, as \"http://127.0.0.1:8080\""},
        Mistake{"action a { request GET 'https://${host}/'; }",
                "invalid URL in \"request\" directive: scheme, host and port are literal: no "
                "\"${\" before the path begins"},
        Mistake{"action a { request GET 'https://b/${*}'; }",
                "invalid URL in \"request\" directive: \"${*}\", the whole input, has no place in "
                "a URL"},
        Mistake{"action a { request GET https://b/#c; }",
                "invalid URL in \"request\" directive: it must be a URL without a fragment"}));

TEST(ActionBlock, OnlySomeMethodsHaveABody) {
  for (const std::string method : {"GET", "HEAD", "DELETE"}) {
    EXPECT_EQ(in_block(action_block("\nbody '{}';", "request " + method + " https://b/;")),
              "a " + method + " has no \"body\" in /c/main.conf:3");
  }
  for (const std::string method : {"POST", "PUT", "PATCH"}) {
    EXPECT_EQ(in_block(action_block("\nbody '{}';", "request " + method + " https://b/;")), "");
  }
}

TEST(ActionBlock, ThereIsOneWayToSayWhoWeAre) {
  EXPECT_EQ(in_block(action_block("\nbasic_auth a b;\n oauth https://l client_id=i "
                                  "client_secret_file=s;")),
            "\"oauth\" directive conflicts with \"basic_auth\" at /c/main.conf:3 in "
            "/c/main.conf:4");
}

TEST(ActionBlock, AStatusHasOneRuleThatCounts) {
  EXPECT_EQ(
      in_block(action_block("\non_status 404 410 =200;\non_status 410 =503;")),
      "\"on_status\" directive for 410, which the one for 410 at /c/main.conf:3 takes already "
      "in /c/main.conf:4");
  EXPECT_EQ(
      in_block(action_block("\non_status 4xx =503;\non_status 404 =200;")),
      "\"on_status\" directive for 404, which the one for 4xx at /c/main.conf:3 takes already "
      "in /c/main.conf:4");
  EXPECT_EQ(
      in_block(action_block("\non_status 4xx 5xx 4xx =503;")),
      "\"on_status\" directive for 4xx, which the one for 4xx at /c/main.conf:3 takes already "
      "in /c/main.conf:3");
  EXPECT_EQ(in_block(action_block("on_status 404 =200; on_status 4xx =503; on_status 5xx =504;")),
            "");
}

TEST(ActionBlock, AHeaderIsSetOnce) {
  EXPECT_EQ(in_block(action_block("\nheader X-Key a;\n header x-kEY b;")),
            "header \"x-kEY\" is set twice, also at /c/main.conf:3 in /c/main.conf:4");
  EXPECT_EQ(in_block(action_block("\nheader X-Key a;\n header_file x-key b;")),
            "header \"X-Key\" is set twice, also at /c/main.conf:4 in /c/main.conf:3");
  for (const std::string credentials : {"header_file AUTHORIZATION f;", "basic_auth a b;",
                                        "oauth https://l client_id=i client_secret_file=s;"}) {
    EXPECT_EQ(in_block(action_block("\n" + credentials + "\nheader authorization b;")),
              "header \"authorization\" is set twice, also at /c/main.conf:3 in /c/main.conf:4");
  }
  EXPECT_EQ(in_block(action_block("\nbasic_auth a b;\nheader_file Authorization f;")),
            "header \"Authorization\" is set twice, also at /c/main.conf:3 in /c/main.conf:4");
  EXPECT_EQ(in_block(action_block("header A a; header B b; header_file C c; basic_auth a b;")), "");
}

TEST(ActionBlock, AKeyIsNoCache) {
  EXPECT_EQ(in_block(action_block("\ncache 1s;\nidempotency_key '${x}' 1m;") + " state_path /s;"),
            "\"cache\" directive conflicts with \"idempotency_key\" at /c/main.conf:4 in "
            "/c/main.conf:3");
  // Whoever comes at the same time waits for it in any case.
  EXPECT_EQ(in_block(action_block("coalesce on; idempotency_key '${x}' 1m;") + " state_path /s;"),
            "");
}

TEST(ActionBlock, AKeyNeedsAPlaceForItsResults) {
  const std::string action = action_block("\nidempotency_key '${x}' 1m;", kPost);
  EXPECT_EQ(in_block(action),
            "\"idempotency_key\" directive needs a \"state_path\" in /c/main.conf:3");
  EXPECT_EQ(in_block(action + "\nstate_path /s;"), "") << "which may stand behind it";
}

TEST(ActionBlock, WhatIsSharedMustBeHarmless) {
  for (const std::string method : {"POST", "PUT", "PATCH", "DELETE"}) {
    const std::string request = "request " + method + " https://b/;";
    EXPECT_EQ(in_block(action_block("\ncoalesce on;", request)),
              "\"coalesce\" directive is only for a GET or HEAD request, or with \"idempotent on\" "
              "in /c/main.conf:3");
    EXPECT_EQ(in_block(action_block("\ncache 1s;", request)),
              "\"cache\" directive is only for a GET or HEAD request, or with \"idempotent on\" in "
              "/c/main.conf:3");
    EXPECT_EQ(in_block(action_block("coalesce on; cache 1s; idempotent on;", request)), "");
    EXPECT_EQ(in_block(action_block("coalesce off;", request)), "");
  }
  EXPECT_EQ(in_block(action_block("coalesce on; cache 1s;", "request HEAD https://b/;")), "");
}

TEST(ActionName, IsSharedWithSources) {
  const std::string source = "source a { synthetic nested; }";
  EXPECT_EQ(in_block(source + "\n" + action_block("")),
            "duplicate action \"a\", first seen at /c/main.conf:2 in /c/main.conf:3");
  EXPECT_EQ(in_block(action_block("") + "\n" + source),
            "duplicate source \"a\", first seen at /c/main.conf:2 in /c/main.conf:3");
  EXPECT_EQ(in_block(action_block("") + "\n" + action_block("")),
            "duplicate action \"a\", first seen at /c/main.conf:2 in /c/main.conf:3");
}

TEST(ActionName, IsNotSharedWithOthers) {
  EXPECT_EQ(in_block("platform a { region us-east-1; client_id i; client_secret_file s; }\n"
                     "database a sqlite:/a;" +
                     action_block("")),
            "");
}

TEST(ActionPosition, IsTheDirectivesOwn) {
  EXPECT_EQ(in_block("action a\n{\n contract c;\n\n}"),
            "action \"a\" has no \"request\" directive in /c/main.conf:3");
  EXPECT_EQ(in_block("action a {\n request GET https://b/;\n output x $.x;\n output x 1; }"),
            "invalid \"output\" directive: it is there already in /c/main.conf:5");
}

TEST(ActionNullBytes, AreRefused) {
  using namespace std::string_literals;
  EXPECT_EQ(in_block("action a { output b \"c\0d\"; }"s),
            "null byte in \"output\" directive in /c/main.conf:2");
}

// Both sides compare it to know that they mean the same.
TEST(ActionDigest, ChangesWithEveryWord) {
  const auto digest = [](const std::string& lines) {
    return config_of(action_block(lines)).digest;
  };
  const uint64_t plain = digest("");
  EXPECT_EQ(digest(""), plain);
  EXPECT_NE(digest("timeout 1s;"), plain);
  EXPECT_NE(digest("timeout 1s;"), digest("timeout 2s;"));
  EXPECT_NE(digest("header X-A 'b c';"), digest("header X-A b;"));
}

}  // namespace
}  // namespace dataaction
