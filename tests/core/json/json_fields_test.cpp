#include "core/json/json_fields.h"

#include <gtest/gtest.h>

#include <array>

namespace dataaction {
namespace {

using Kind = JsonField::Kind;
constexpr std::array<std::string_view, 2> kNames = {"a", "b"};

struct Read {
  explicit Read(std::string_view text) : error(read_json_fields(text, kNames, fields)) {}

  std::array<JsonField, 2> fields;
  std::optional<JsonError> error;
};

TEST(JsonFields, AreThoseOfTheFirstLevel) {
  const Read read(R"({"c":{"a":1,"b":[{"a":2}]},"a":"x\u00e4","d":["a"],"b":1.50})");
  EXPECT_FALSE(read.error);
  EXPECT_EQ(read.fields[0].kind, Kind::kString);
  EXPECT_EQ(read.fields[0].string(), "x\xC3\xA4");
  EXPECT_EQ(read.fields[1].kind, Kind::kScalar);
  EXPECT_EQ(read.fields[1].text, "1.50");
  EXPECT_EQ(read.fields[1].string(), "");
}

TEST(JsonFields, MayBeAbsentOrNested) {
  const Read read(R"({"a":{"b":1,"a":2},"A":1})");
  EXPECT_FALSE(read.error);
  EXPECT_EQ(read.fields[0].kind, Kind::kNested);
  EXPECT_EQ(read.fields[1].kind, Kind::kAbsent);
  EXPECT_EQ(Read(R"({"a":[[1],"x"],"b":null})").fields[0].kind, Kind::kNested);
}

TEST(JsonFields, AreOfAnObject) {
  for (const char* bad : {"", "1", "\"a\"", "null", "[]", R"([{"a":1}])", "{", R"({"a":1)", "x"}) {
    EXPECT_TRUE(Read(bad).error) << bad;
  }
  EXPECT_FALSE(Read("{}").error);
}

TEST(JsonFields, ComeOnce) {
  const Read read(R"({"a":"first","c":1,"c":2,"a":"second"})");
  ASSERT_TRUE(read.error);
  EXPECT_EQ(read.error->what, R"("a" appears twice)");
  EXPECT_EQ(read.fields[0].text, "first");
}

TEST(JsonFields, StandBeforeTheDamage) {
  const Read read(R"({"a":"here","b":"cut of)");
  EXPECT_TRUE(read.error);
  EXPECT_EQ(read.fields[0].string(), "here");
  EXPECT_EQ(read.fields[1].kind, Kind::kAbsent);
}

TEST(JsonFields, NestOnlySoDeep) {
  EXPECT_TRUE(Read(R"({"a":)" + std::string(1 << 20, '[')).error);
}

}  // namespace
}  // namespace dataaction
