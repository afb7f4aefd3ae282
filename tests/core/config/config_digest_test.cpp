#include <gtest/gtest.h>

#include <string>

#include "core/base/fnv1a.h"
#include "tests/core/config/conf_memory_files.h"

namespace dataaction {
namespace {

using namespace std::string_view_literals;

uint64_t digest_of(std::string text, std::map<std::string, std::string> others = {}) {
  others[kMainFile] = std::move(text);
  const auto parsed = parse_files(std::move(others));
  EXPECT_TRUE(parsed) << describe(parsed.error());
  return parsed ? parsed->config.digest : 0;
}

uint64_t hash_of(std::string_view bytes) {
  Fnv1a hash;
  hash.add(bytes);
  return hash.value();
}

// From the hash's authors.
TEST(Fnv1a, HasTheKnownValues) {
  EXPECT_EQ(hash_of(""), 0xcbf29ce484222325u);
  EXPECT_EQ(hash_of("a"), 0xaf63dc4c8601ec8cu);
  EXPECT_EQ(hash_of("foobar"), 0x85944171f73967e8u);
}

TEST(ConfigDigest, CoversWordsAndBracesInsideTheBlock) {
  EXPECT_EQ(digest_of("dataaction { }"), hash_of(""));
  EXPECT_EQ(digest_of("dataaction { max_connections 7; source a { file b trusted; } }"),
            hash_of("max_connections\0"
                    "7\0\x01"
                    "source\0a\0\x02"
                    "file\0b\0trusted\0\x01\x03"sv));
  EXPECT_EQ(digest_of("dataaction { platform p { region us-east-1; client_id i;"
                      " client_secret_file f; } }"),
            hash_of("platform\0p\0\x02"
                    "region\0us-east-1\0\x01"
                    "client_id\0i\0\x01"
                    "client_secret_file\0"
                    "f\0\x01\x03"sv));
}

constexpr const char* kBlock =
    "dataaction { database d sqlite:/d; source a { sql d \"SELECT 'x y'\"; json b c; } }";

TEST(ConfigDigest, IgnoresHowItIsWritten) {
  const uint64_t digest = digest_of(kBlock);
  EXPECT_EQ(digest_of("# c\nevents{}http{dataaction{database\t'd' \"sqlite:/d\" ;# c\n"
                      "source a\n{sql d 'SELECT \\'x y\\'';json b\r\nc;}}}"),
            digest);
  EXPECT_EQ(
      digest_of("http { include a; }", {{"/c/a", "dataaction { include b; }"},
                                        {"/c/b", "database d sqlite:/d; source a { include c*; }"},
                                        {"/c/c1", "sql d \"SELECT 'x y'\";"},
                                        {"/c/c2", "json b c;"}}),
      digest);
}

TEST(ConfigDigest, SeesEveryChange) {
  const uint64_t digest = digest_of(kBlock);
  for (const char* other :
       {"dataaction { database d sqlite:/e; source a { sql d \"SELECT 'x y'\"; json b c; } }",
        "dataaction { database d sqlite:/d; source a { sql d \"SELECT 'x  y'\"; json b c; } }",
        "dataaction { database d sqlite:/d; source a { sql d \"SELECT 'x y'\"; json bc; } }",
        "dataaction { database d sqlite:/d; source a { sql d \"SELECT 'x y'\"; json 'b c'; } }",
        "dataaction { database d sqlite:/d; source a { json b c; sql d \"SELECT 'x y'\"; } }",
        "dataaction { source a { sql d \"SELECT 'x y'\"; json b c; } database d sqlite:/d; }",
        "dataaction { max_connections 1024; database d sqlite:/d;"
        " source a { sql d \"SELECT 'x y'\"; json b c; } }"}) {
    EXPECT_NE(digest_of(other), digest) << other;
  }
}

}  // namespace
}  // namespace dataaction
