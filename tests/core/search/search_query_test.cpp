#include "core/search/search_query.h"

#include <gtest/gtest.h>

#include <string>

#include "core/json/json_reader.h"
#include "core/search/details_dimensions.h"

namespace dataaction {
namespace {

constexpr auto kTutorial = SearchBackend::kTutorialSearch;
constexpr auto kDetails = SearchBackend::kDetailsQuery;

std::string bound(SearchBackend backend, std::string_view text,
                  std::string_view parameters = "{}") {
  const auto query = SearchQuery::parse(backend, text);
  if (!query) return "refused: " + query.error();
  const auto out = query->bind(parameters);
  return out ? *out : std::to_string(out.error().status) + ' ' + out.error().message;
}

std::string matches(std::string_view dimension, std::string_view json) {
  return R"({"type":"dimension","dimension":")" + std::string(dimension) +
         R"(","operator":"matches","value":)" + std::string(json) + "}";
}
std::string segments(const std::string& predicates) {
  return R"("segmentFilters":[{"type":"and","predicates":[)" + predicates + "]}],";
}
std::string conversations(const std::string& predicates) {
  return R"("conversationFilters":[{"type":"and","predicates":[)" + predicates + "]}],";
}

TEST(TutorialQuery, StandsAsItIs) {
  for (const std::string_view text :
       {"status:completed channelType:voice", "a OR (b AND NOT c*) /re:gex/ \"quoted :x\"~2^3",
        "http\\://x:80 a:b:c \\:name \\\\:x y", "x:\xC3\xA9 [1 TO 2} \n z", "a:: :1 :", "\\"}) {
    EXPECT_EQ(bound(kTutorial, text), text);
  }
}

TEST(TutorialQuery, BindsPlaceholders) {
  EXPECT_EQ(bound(kTutorial, "status::state :word", R"({"state":"open","word":7})"),
            "status:open 7");
  EXPECT_EQ(bound(kTutorial, ":a (+:a) [:a TO :b] x:>=:a -:a", R"({"a":"v","b":true})"),
            "v (+v) [v TO true] x:>=v -v");
  EXPECT_EQ(bound(kTutorial, "a\\\\ :x a\\ :x", R"({"x":1})"), "a\\\\ 1 a\\ :x");
  const auto query = SearchQuery::parse(kTutorial, ":b :a :b");
  ASSERT_TRUE(query);
  EXPECT_EQ(query->parameters(), (std::vector<std::string>{"b", "a"}));
}

// Whatever a webhook says is one value: a word, or a text in quotes that ends where we end it.
TEST(TutorialQuery, ValuesAddNothingToTheQuery) {
  const std::pair<std::string_view, std::string_view> kValues[] = {
      {R"("a.b_c@d+e-f1")", "a.b_c@d+e-f1"},
      {R"("x OR status:open")", R"("x OR status:open")"},
      {R"("\" OR \"")", R"("\" OR \"")"},
      {R"("\\")", R"("\\")"},
      {R"("\\\" OR a:b")", R"("\\\" OR a:b")"},
      {R"("*")", R"("*")"},
      {R"("a*")", R"("a*")"},
      {R"("-a")", R"("-a")"},
      {R"("+a")", R"("+a")"},
      {R"x("(a)")x", R"x("(a)")x"},
      {R"("/a/")", R"("/a/")"},
      {R"("a:b")", R"("a:b")"},
      {R"(":other")", R"(":other")"},
      {R"("OR")", R"("OR")"},
      {R"("And")", R"("And")"},
      {R"("NOT")", R"("NOT")"},
      {R"("TO")", R"("TO")"},
      {R"("&&")", R"("&&")"},
      {R"("\u00e9")", "\"\xC3\xA9\""},
      {"-1.5e+3", R"("-1.5e+3")"},
      {"12345678901234567890123", "12345678901234567890123"},
  };
  for (const auto& [json, text] : kValues) {
    EXPECT_EQ(bound(kTutorial, "x::v", R"({"v":)" + std::string(json) + "}"),
              "x:" + std::string(text));
  }
}

TEST(TutorialQuery, Refusals) {
  EXPECT_EQ(bound(kTutorial, " \t"), "refused: the query is empty");
  EXPECT_EQ(bound(kTutorial, "a \"b"), "refused: a quote is not closed");
  EXPECT_EQ(bound(kTutorial, "a \"b\\\""), "refused: a quote is not closed");
  EXPECT_EQ(bound(kTutorial, "x::v*"), "refused: the placeholder \":v\" is followed by \"*\"");
  EXPECT_EQ(bound(kTutorial, ":field:v"),
            "refused: the placeholder \":field\" is followed by \":\"");
  EXPECT_EQ(bound(kTutorial, "/a :v/"), "refused: the placeholder \":v\" is followed by \"/\"");
  EXPECT_EQ(bound(kTutorial, "/a :v b/"), "refused: \"/\" needs quotes beside a placeholder");
  EXPECT_EQ(bound(kTutorial, "\xFF"), "refused: the query is not UTF-8");
}

TEST(DetailsQuery, TermsAreFilters) {
  EXPECT_EQ(bound(kDetails, "status:completed channelType:voice"),
            R"("conversationFilters":[{"type":"and","predicates":[)"
            R"({"type":"dimension","dimension":"conversationEnd","operator":"exists"}]}],)" +
                segments(matches("mediaType", R"("voice")")));
  EXPECT_EQ(bound(SearchBackend::kDetailsJobs, " mediaType:chat\tuserId:7 "),
            segments(matches("mediaType", R"("chat")") + "," + matches("userId", R"("7")")));
  EXPECT_EQ(bound(kDetails, "originatingDirection:inbound"),
            conversations(matches("originatingDirection", R"("inbound")")));
  EXPECT_EQ(bound(kDetails, "ani:tel:+49.1@x/y_z-1"),
            segments(matches("ani", R"("tel:+49.1@x/y_z-1")")));
  EXPECT_EQ(bound(kDetails, R"(participantName:"a \"b\" \\ (c*) OR :d" queueId:q)"),
            segments(matches("participantName", R"("a \"b\" \\ (c*) OR :d")") + "," +
                     matches("queueId", R"("q")")));
}

TEST(DetailsQuery, EveryDimensionHasItsName) {
  for (const std::string_view name : kSegmentDimensions) {
    EXPECT_EQ(bound(kDetails, std::string(name) + ":x"), segments(matches(name, R"("x")")));
  }
  for (const std::string_view name : kConversationDimensions) {
    EXPECT_EQ(bound(kDetails, std::string(name) + ":x"), conversations(matches(name, R"("x")")));
  }
}

TEST(DetailsQuery, BindsPlaceholders) {
  for (const std::string_view json :
       {R"("v")", R"("\"}]}],\"interval\":\"")", R"("a\\")", R"("*")", R"(":other")"}) {
    const std::string out =
        bound(kDetails, "queueId::q", R"({"x":[],"q":)" + std::string(json) + "}");
    EXPECT_EQ(out, segments(matches("queueId", json)));
    EXPECT_FALSE(JsonChecker().check("{" + out + R"("end":0})"));
  }
  EXPECT_EQ(bound(kDetails, "queueId::q userId::q", R"({"q":7})"),
            segments(matches("queueId", R"("7")") + "," + matches("userId", R"("7")")));
}

TEST(DetailsQuery, Refusals) {
  const std::pair<std::string_view, std::string_view> kRefusals[] = {
      {"", "the query is empty"},
      {"hello", R"(the term "hello" is not NAME:VALUE)"},
      {"queueId:a OR userId:b", R"(the term "OR" is not NAME:VALUE)"},
      {"(queueId:a)",
       "the term \"(queueId:a)\" has a name that is neither a dimension nor "
       R"("status" or "channelType")"},
      {"-queueId:a", R"(the term "-queueId:a" has a name that is neither a dimension nor )"
                     R"("status" or "channelType")"},
      {"QueueId:a", R"(the term "QueueId:a" has a name that is neither a dimension nor )"
                    R"("status" or "channelType")"},
      {"queueId:", R"(the term "queueId:" has no value)"},
      {R"(queueId:"")", R"(the term "queueId:""" has no value)"},
      {"queueId:a*", R"(the term "queueId:a*" has a character that needs quotes)"},
      {"queueId:a?", R"(the term "queueId:a?" has a character that needs quotes)"},
      {"queueId:(a", R"(the term "queueId:(a" has a character that needs quotes)"},
      {"queueId:[a TO b]", R"(the term "queueId:[a" has a character that needs quotes)"},
      {R"(queueId:"a"b)", R"(the term "queueId:"a"b" goes on behind its quotes)"},
      {R"(queueId:"a)", "a quote is not closed"},
      {"queueId:\"a\nb\"", "the term \"queueId:\"a\nb\"\" has a control character"},
      {"queueId::", R"(the term "queueId::" has a placeholder that is no name)"},
      {"queueId::7", R"(the term "queueId::7" has a placeholder that is no name)"},
      {"queueId::a-b", R"(the term "queueId::a-b" has a placeholder that is no name)"},
      {"status:active", R"(the term "status:active" can only be "status:completed")"},
      {"status::s", R"(the term "status::s" can only be "status:completed")"},
      {"userId:a userId:b", R"(the term "userId:b" is not the only one for its dimension)"},
      {"mediaType:a channelType:b", R"(the term "channelType:b" is not the only one for its )"
                                    R"(dimension)"},
      {"queueId:\"\xC0\"", "the query is not UTF-8"},
  };
  for (const auto& [text, what] : kRefusals) {
    EXPECT_EQ(bound(kDetails, text), "refused: " + std::string(what)) << text;
  }
}

TEST(SearchQuery, NamesParametersThatAreMissing) {
  const auto query = SearchQuery::parse(kDetails, "queueId::q userId::u ani::a");
  ASSERT_TRUE(query);
  const auto out = query->bind(R"({"u":"x"})");
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().status, 422);
  EXPECT_EQ(out.error().code, "dataaction.request.parameter");
  EXPECT_EQ(out.error().message, "parameter \"q\" is missing");
  ASSERT_EQ(out.error().details.size(), 2u);
  EXPECT_EQ(out.error().details[1].field, "a");
}

}  // namespace
}  // namespace dataaction
