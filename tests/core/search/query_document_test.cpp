#include "core/search/query_document.h"

#include <gtest/gtest.h>

#include "core/json/json_reader.h"
#include "core/search/search_query.h"

namespace dataaction {
namespace {

std::string bound(std::string document, std::string_view parameters = "{}") {
  SearchSource search;
  search.body_file = "a.json";
  search.query = std::move(document);
  const auto query = SearchQuery::parse(search);
  if (!query) return "refused: " + query.error();
  const auto out = query->bind(parameters);
  return out ? *out : std::to_string(out.error().status) + ' ' + out.error().details[0].field;
}

TEST(QueryDocument, PassesAsItIsWrittenWithoutWhiteSpace) {
  EXPECT_EQ(bound(" { \"segmentFilters\" : [ { \"type\" : \"or\" , \"n\" : [ 1e400 , -0 , true , "
                  "null , { } , [ ] ] } ] } "),
            R"("segmentFilters":[{"type":"or","n":[1e400,-0,true,null,{},[]]}],)");
  EXPECT_EQ(bound("{}"), "");
  EXPECT_EQ(bound(R"({"a":1,"b":"x \u00e9\n"})"), "\"a\":1,\"b\":\"x \xC3\xA9\\n\",");
}

TEST(QueryDocument, ATextThatIsANameIsAPlaceholder) {
  const std::string document =
      R"({"f":[{"value":":queue"},{"value":"x :queue"},{"value":"::queue"},{"value":":"},{":queue":":-x"}]})";
  EXPECT_EQ(
      bound(document, R"({"queue":"a\",\"b\":\"c"})"),
      R"("f":[{"value":"a\",\"b\":\"c"},{"value":"x :queue"},{"value":":queue"},{"value":":"},{":queue":":-x"}],)");
  EXPECT_EQ(bound(document), "422 queue");
}

TEST(QueryDocument, WhatTheSearchSaysItMayNotSay) {
  EXPECT_EQ(bound(R"({"interval":"x"})"),
            "refused: byte 1: \"interval\" is what the directive \"interval\" is for");
  EXPECT_EQ(bound(R"({"a":1,"order":"asc"})"),
            "refused: byte 7: \"order\" is what the directive \"sort\" is for");
  EXPECT_EQ(bound(R"({"orderBy":"x"})"),
            "refused: byte 1: \"orderBy\" is what the directive \"sort\" is for");
  EXPECT_EQ(bound(R"({"paging":{}})"),
            "refused: byte 1: \"paging\" is what the directive \"page_size\" is for");
  EXPECT_EQ(bound(R"({"l\u0069mit":5})"),
            "refused: byte 1: \"limit\" is what the directive \"max_results\" is for");
  EXPECT_EQ(bound(R"({"x":{"interval":5}})"), R"("x":{"interval":5},)");
}

TEST(QueryDocument, RefusesWhatIsNoObject) {
  EXPECT_EQ(bound(""), "refused: byte 0: the text ends where { should be");
  EXPECT_EQ(bound("[]"), "refused: byte 0: { expected");
  EXPECT_EQ(bound(R"({"a":1,"a":2})"), "refused: byte 7: \"a\" appears twice");
  EXPECT_EQ(bound(R"({"x":[{"a":1,"\u0061":2}]})"), "refused: byte 13: \"a\" appears twice");
  EXPECT_TRUE(bound(R"({"a":1} x)").starts_with("refused: byte 8: "));
}

TEST(QueryDocument, EveryBytesDamageIsSeenOrHarmless) {
  const std::string good = R"({"f":[{"type":"and","p":[{"v":":a","w":[1,true]}]}]})";
  for (size_t at = 0; at < good.size(); ++at) {
    EXPECT_TRUE(bound(good.substr(0, at)).starts_with("refused: byte ")) << at;
    for (const char other : {'\0', '"', '{', '}', ',', 'x', '\xff'}) {
      std::string bad = good;
      bad[at] = other;
      const std::string out = bound(bad, R"({"a":1})");
      if (out.starts_with("refused: byte ") || out.starts_with("422 ")) continue;
      EXPECT_FALSE(JsonChecker().check('{' + out + R"("end":0})")) << out;
    }
  }
}

TEST(QueryDocument, NestsAsDeepAsJsonMay) {
  const auto nested = [](size_t levels) {
    return R"({"a":)" + std::string(levels, '[') + std::string(levels, ']') + '}';
  };
  EXPECT_EQ(bound(nested(500)), nested(500).substr(1, nested(500).size() - 2) + ',');
  EXPECT_TRUE(bound(nested(100'000)).starts_with("refused: byte "));
}

}  // namespace
}  // namespace dataaction
