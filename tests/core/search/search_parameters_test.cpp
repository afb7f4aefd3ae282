#include "core/search/search_parameters.h"

#include <gtest/gtest.h>

#include <string>

namespace dataaction {
namespace {

std::string value(std::string_view json) {
  const auto values = read_search_parameters(json, {"v"});
  if (values) return values->front();
  return std::to_string(values.error().status) + ' ' + values.error().message;
}

TEST(SearchParameters, ValuesAsTexts) {
  EXPECT_EQ(value(R"({"v":"a \u00e9\""})"), "a \xC3\xA9\"");
  EXPECT_EQ(value(R"({"w":{"v":1},"v":-1.50E3})"), "-1.50E3");
  EXPECT_EQ(value(R"({"v":true})"), "true");
  EXPECT_EQ(value(R"({"v":false})"), "false");
  EXPECT_EQ(value(R"({"\u0076":"x"})"), "x");
  EXPECT_EQ(value(R"({"v":")" + std::string(kMaxSearchValue, 'x') + R"("})").size(),
            kMaxSearchValue);
}

TEST(SearchParameters, ValuesThatAreNone) {
  EXPECT_EQ(value("{}"), R"(422 parameter "v" is missing)");
  EXPECT_EQ(value(R"({"V":1})"), R"(422 parameter "v" is missing)");
  EXPECT_EQ(value(R"({"v":""})"), R"(422 parameter "v" is empty)");
  EXPECT_EQ(value(R"({"v":null})"), R"(422 parameter "v" is no string, number or boolean)");
  EXPECT_EQ(value(R"({"v":["x"]})"), R"(422 parameter "v" is no string, number or boolean)");
  EXPECT_EQ(value(R"({"v":{}})"), R"(422 parameter "v" is no string, number or boolean)");
  EXPECT_EQ(value(R"({"v":"a\nb"})"), R"(422 parameter "v" has a control character)");
  EXPECT_EQ(value(R"({"v":"\u0000"})"), R"(422 parameter "v" has a control character)");
  EXPECT_EQ(value(R"({"v":"\u007f"})"), R"(422 parameter "v" has a control character)");
  EXPECT_EQ(value(R"({"v":"x)" + std::string(kMaxSearchValue, 'x') + R"("})"),
            R"(422 parameter "v" is longer than 1024 bytes)");
}

TEST(SearchParameters, TheTextMustBeAnObject) {
  EXPECT_TRUE(value("[]").starts_with("400 the parameters are not a JSON object: "));
  EXPECT_TRUE(value(R"({"v":1)").starts_with("400 "));
  EXPECT_TRUE(value("").starts_with("400 "));
}

TEST(SearchParameters, InTheOrderOfTheirNames) {
  const auto values = read_search_parameters(R"({"a":1,"b":2,"c":3})", {"c", "a"});
  ASSERT_TRUE(values);
  EXPECT_EQ(*values, (std::vector<std::string>{"3", "1"}));
  EXPECT_EQ(read_search_parameters("{}", {})->size(), 0u);
}

TEST(SearchParameters, Intervals) {
  SearchInterval fixed;
  fixed.begin = 100;
  fixed.end = 200;
  EXPECT_EQ(resolve_interval(fixed, "{}", 1000), (IsoInterval{100, 200}));

  SearchInterval last;
  last.last = std::chrono::seconds(300);
  EXPECT_EQ(resolve_interval(last, "{}", 1000), (IsoInterval{700, 1000}));
  EXPECT_EQ(resolve_interval(last, "{}", 100), (IsoInterval{0, 100}));

  SearchInterval parameter;
  parameter.parameter = "when";
  EXPECT_EQ(
      resolve_interval(parameter, R"({"when":"1970-01-01T00:00:10Z/1970-01-01T00:01:00Z"})", 1000),
      (IsoInterval{10, 60}));
  EXPECT_EQ(resolve_interval(parameter, "{}", 1000).error().message,
            R"(parameter "when" is missing)");
  const ErrorReply wrong = resolve_interval(parameter, R"({"when":"today"})", 1000).error();
  EXPECT_EQ(wrong.status, 422);
  EXPECT_TRUE(wrong.message.starts_with(R"(parameter "when" must be two times)"));
  ASSERT_EQ(wrong.details.size(), 1u);
  EXPECT_EQ(wrong.details[0].field, "when");
}

}  // namespace
}  // namespace dataaction
