// What each mistake inside the block is answered with, byte for byte.

#include <gtest/gtest.h>

#include <string>

#include "tests/core/config/config_mistakes.h"

namespace dataaction {
namespace {

class Message : public testing::TestWithParam<Mistake> {};

TEST_P(Message, IsExact) {
  EXPECT_EQ(in_block(GetParam().text), std::string(GetParam().message) + " in /c/main.conf:2");
}

INSTANTIATE_TEST_SUITE_P(
    Table, Message,
    testing::Values(
        Mistake{"sqlthreads 4;", "unknown directive \"sqlthreads\""},
        Mistake{"LISTEN unix:/a;", "unknown directive \"LISTEN\""},
        Mistake{"records 4;", "\"records\" directive is not allowed here"},
        Mistake{"source a { listen unix:/a; }", "\"listen\" directive is not allowed here"},
        Mistake{"source a { source b { } }", "\"source\" directive is not allowed here"},
        Mistake{"log stderr { }", "directive \"log\" is not terminated by \";\""},
        Mistake{"source a;", "directive \"source\" has no opening \"{\""},
        Mistake{"source { }", "invalid number of arguments in \"source\" directive"},
        Mistake{"sql_threads;", "invalid number of arguments in \"sql_threads\" directive"},
        Mistake{"sql_threads 1 2;", "invalid number of arguments in \"sql_threads\" directive"},
        Mistake{"state_path;", "invalid number of arguments in \"state_path\" directive"},
        Mistake{"source a { json; }", "invalid number of arguments in \"json\" directive"},
        Mistake{"source a { sql b c d; }", "invalid number of arguments in \"sql\" directive"}));

INSTANTIATE_TEST_SUITE_P(
    Duplicate, Message,
    testing::Values(
        Mistake{"listen unix:/a; listen unix:/b;", "\"listen\" directive is duplicate"},
        Mistake{"source a { sql b c; sql b c; }", "\"sql\" directive is duplicate"},
        Mistake{"listen unix:/a mode=0600 mode=0660;", "duplicate parameter \"mode=0660\""},
        Mistake{"source a { json b b; }", "duplicate column \"b\" in \"json\" directive"}));

INSTANTIATE_TEST_SUITE_P(
    Value, Message,
    testing::Values(
        Mistake{"shutdown_timeout 12q;",
                "invalid value \"12q\" in \"shutdown_timeout\" directive, it must be a time, at "
                "most 1d"},
        Mistake{"shutdown_timeout 25h;",
                "invalid value \"25h\" in \"shutdown_timeout\" directive, it must be at most 1d"},
        Mistake{"max_connections 1k;",
                "invalid value \"1k\" in \"max_connections\" directive, it must be a number, "
                "between 1 and 1000000"},
        Mistake{"max_connections 0;",
                "invalid value \"0\" in \"max_connections\" directive, "
                "it must be between 1 and 1000000"},
        Mistake{"max_record_size 1x;",
                "invalid value \"1x\" in \"max_record_size\" directive, it must be a size, between "
                "1k and 16m"},
        Mistake{"max_record_size 1023;",
                "invalid value \"1023\" in \"max_record_size\" directive, "
                "it must be between 1k and 16m"},
        Mistake{"max_record_size 17m;",
                "invalid value \"17m\" in \"max_record_size\" directive, "
                "it must be between 1k and 16m"},
        Mistake{"sql_threads 65;",
                "invalid value \"65\" in \"sql_threads\" directive, it must be between 1 and 64"},
        Mistake{"status_zone_size 63k;",
                "invalid value \"63k\" in \"status_zone_size\" directive, "
                "it must be between 64k and 1g"},
        Mistake{"source a { records -1; }",
                "invalid value \"-1\" in \"records\" directive, it must be a number, at most "
                "9223372036854775807"}));

INSTANTIATE_TEST_SUITE_P(
    Listen, Message,
    testing::Values(
        Mistake{"listen 80;",
                "invalid value \"80\" in \"listen\" directive, "
                "it must be \"unix:\" and an absolute path"},
        Mistake{"listen unix:a;",
                "invalid value \"unix:a\" in \"listen\" directive, "
                "it must be \"unix:\" and an absolute path"},
        Mistake{
            "listen unix:/1234567890123456789012345678901234567890123456789012345678901234567890"
            "1234567890123456789012345678901234567;",
            "too long path in the unix domain socket \"unix:/"
            "1234567890123456789012345678901234567890123456789012345678901234567890"
            "1234567890123456789012345678901234567\""},
        Mistake{"listen unix:/a mode=0888;",
                "invalid parameter \"mode=0888\", it must be octal, at most 0777"},
        Mistake{"listen unix:/a mode=1777;",
                "invalid parameter \"mode=1777\", it must be octal, at most 0777"},
        Mistake{"listen unix:/a group=;", "invalid parameter \"group=\""},
        Mistake{"listen unix:/a backlog=x;",
                "invalid parameter \"backlog=x\", it must be a number, between 1 and 65535"},
        Mistake{"listen unix:/a backlog=0;",
                "invalid parameter \"backlog=0\", it must be between 1 and 65535"},
        Mistake{"listen unix:/a ssl;", "invalid parameter \"ssl\""},
        Mistake{"listen unix:/a foo=1;", "invalid parameter \"foo=1\""}));

INSTANTIATE_TEST_SUITE_P(
    Log, Message,
    testing::Values(Mistake{"log '';", "invalid value \"\" in \"log\" directive"},
                    Mistake{"log stderr level=loud;",
                            "invalid parameter \"level=loud\", "
                            "it must be one of nginx's, from \"emerg\" to \"debug\""},
                    Mistake{"log stderr format=xml;",
                            "invalid parameter \"format=xml\", it must be \"plain\" or \"json\""},
                    Mistake{"log stderr foo=1;", "invalid parameter \"foo=1\""},
                    Mistake{"state_path '';", "invalid value \"\" in \"state_path\" directive"}));

INSTANTIATE_TEST_SUITE_P(
    Database, Message,
    testing::Values(
        Mistake{"database 'a b' sqlite:/a;",
                "invalid database name \"a b\", "
                "it must be 1 to 64 letters, digits, \"_\", \".\" or \"-\""},
        Mistake{"database a postgresql:x;",
                "invalid value \"postgresql:x\" in \"database\" directive, "
                "it must be \"sqlite:\" and an absolute path"},
        Mistake{"database a sqlite:a.db;",
                "invalid value \"sqlite:a.db\" in \"database\" directive, "
                "it must be \"sqlite:\" and an absolute path"},
        Mistake{"database a sqlite:;",
                "invalid value \"sqlite:\" in \"database\" directive, "
                "it must be \"sqlite:\" and an absolute path"},
        Mistake{"database a sqlite:/a max_statements=0;",
                "invalid parameter \"max_statements=0\", it must be between 1 and 1024"},
        Mistake{"database a sqlite:/a busy_timeout=2h;",
                "invalid parameter \"busy_timeout=2h\", it must be at most 1h"},
        Mistake{"database a sqlite:/a max_transaction=0;",
                "invalid parameter \"max_transaction=0\", it must be between 1ms and 1d"},
        Mistake{"database a sqlite:/a max_transaction=q;",
                "invalid parameter \"max_transaction=q\", it must be a time, between 1ms and 1d"},
        Mistake{"database a sqlite:/a foo=1;", "invalid parameter \"foo=1\""}));

INSTANTIATE_TEST_SUITE_P(
    Source, Message,
    testing::Values(
        Mistake{"source '' { }",
                "invalid source name \"\", "
                "it must be 1 to 64 letters, digits, \"_\", \".\" or \"-\""},
        Mistake{"source a12345678901234567890123456789012345678901234567890123456789012345 { }",
                "invalid source name "
                "\"a12345678901234567890123456789012345678901234567890123456789012345\", "
                "it must be 1 to 64 letters, digits, \"_\", \".\" or \"-\""},
        Mistake{"source a { }",
                "source \"a\" has no \"synthetic\", \"file\", \"sql\" or \"search\" directive"},
        Mistake{"source a { synthetic x; }",
                "invalid value \"x\" in \"synthetic\" directive, "
                "it must be \"transactions\" or \"nested\""},
        Mistake{"source a { file ''; }", "invalid value \"\" in \"file\" directive"},
        Mistake{"source a { file a trust; }", "invalid parameter \"trust\""},
        Mistake{"source a { sql '' c; }",
                "invalid database name \"\", "
                "it must be 1 to 64 letters, digits, \"_\", \".\" or \"-\""},
        Mistake{"source a { sql b ''; }", "empty statement in \"sql\" directive"},
        Mistake{"source a { sql b ' ; \t\r'; }", "empty statement in \"sql\" directive"},
        Mistake{"source a { json ''; }", "invalid value \"\" in \"json\" directive"},
        Mistake{"source a { sql b c; }", "unknown database \"b\" in \"sql\" directive"}));

TEST(MessagePosition, IsTheDirectivesOwn) {
  EXPECT_EQ(in_block("source a {\n sql b c;\n}\nsource c { synthetic nested; }"),
            "unknown database \"b\" in \"sql\" directive in /c/main.conf:3");
  EXPECT_EQ(in_block("source a\n{\n\n}"),
            "source \"a\" has no \"synthetic\", \"file\", \"sql\" or \"search\" directive in "
            "/c/main.conf:3");
  EXPECT_EQ(in_block("source a { file b;\n records 1;\n}"),
            "\"records\" directive is only for \"synthetic\" in /c/main.conf:3");
  EXPECT_EQ(in_block("source a { file b;\n json c;\n}"),
            "\"json\" directive is only for \"sql\" in /c/main.conf:3");
}

TEST(MessagePosition, NamesTheFirstOfTwo) {
  EXPECT_EQ(in_block("source a { file b; }\n\nsource a { file c; }"),
            "duplicate source \"a\", first seen at /c/main.conf:2 in /c/main.conf:4");
  EXPECT_EQ(in_block("database a sqlite:/a;\ndatabase a sqlite:/b;"),
            "duplicate database \"a\", first seen at /c/main.conf:2 in /c/main.conf:3");
  EXPECT_EQ(in_block("source a {\n file b;\n synthetic nested; }"),
            "\"synthetic\" directive conflicts with \"file\" at /c/main.conf:3 in /c/main.conf:4");
}

TEST(MessagePosition, IsInTheIncludedFile) {
  EXPECT_EQ(message_of("dataaction { include a; }", {{"/c/a", "\n\nlog stderr x;"}}),
            "invalid parameter \"x\" in /c/a:3");
}

TEST(MessageForNullBytes, SaysWhere) {
  using namespace std::string_literals;
  EXPECT_EQ(in_block("source a { file b\0c; }"s),
            "null byte in \"file\" directive in /c/main.conf:2");
  EXPECT_EQ(in_block("source a\0b { }"s), "null byte in \"source\" directive in /c/main.conf:2");
}

}  // namespace
}  // namespace dataaction
