#include "core/action/json_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/core/action/template_input.h"

namespace dataaction {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// What a path finds, in order; or why it is none.
std::vector<std::string> found(std::string_view path, const JsonTree& tree,
                               JsonTree::Node from = JsonTree::root()) {
  const auto parsed = JsonPath::parse(path);
  if (!parsed) return {parsed.error()};
  std::vector<JsonTree::Node> nodes;
  size_t visits = JsonPath::kMaxVisits;
  EXPECT_TRUE(parsed->find(tree, from, visits, nodes)) << path;
  std::vector<std::string> out;
  for (const JsonTree::Node node : nodes) tree.append_to(out.emplace_back(), node);
  EXPECT_TRUE(!parsed->singular() || out.size() <= 1) << path;
  return out;
}

std::string joined(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out += (out.empty() ? "" : " ") + value;
  return out;
}

// Of the shape that the example of RFC 9535, 1.5 has.
const char* const kShop = R"({ "shop": {
    "tea": [ {"kind": "black", "from": "Assam",    "price": 4},
             {"kind": "green", "from": "Uji",      "price": 9},
             {"kind": "white", "from": "Fuding",   "price": 8, "id": "w-1"},
             {"kind": "black", "from": "Nuwara",   "price": 5, "id": "b-2"} ],
    "pot": {"colour": "blue", "price": 39} } })";

TEST(JsonPath, FindsWhatTheExamplesOfTheRfcFind) {
  const JsonTree shop = input_of(kShop);
  const std::string tea[] = {R"({"kind":"black","from":"Assam","price":4})",
                             R"({"kind":"green","from":"Uji","price":9})",
                             R"({"kind":"white","from":"Fuding","price":8,"id":"w-1"})",
                             R"({"kind":"black","from":"Nuwara","price":5,"id":"b-2"})"};
  const std::string pot = R"({"colour":"blue","price":39})";
  const std::string all_tea = '[' + tea[0] + ',' + tea[1] + ',' + tea[2] + ',' + tea[3] + ']';
  EXPECT_THAT(found("$.shop.tea[*].from", shop),
              ElementsAre("\"Assam\"", "\"Uji\"", "\"Fuding\"", "\"Nuwara\""));
  EXPECT_THAT(found("$..from", shop),
              ElementsAre("\"Assam\"", "\"Uji\"", "\"Fuding\"", "\"Nuwara\""));
  EXPECT_THAT(found("$.shop.*", shop), ElementsAre(all_tea, pot));
  EXPECT_THAT(found("$.shop..price", shop), ElementsAre("4", "9", "8", "5", "39"));
  EXPECT_THAT(found("$..tea[2]", shop), ElementsAre(tea[2]));
  EXPECT_THAT(found("$..tea[2].from", shop), ElementsAre("\"Fuding\""));
  EXPECT_THAT(found("$..tea[2].shop", shop), IsEmpty());
  EXPECT_THAT(found("$..tea[-1]", shop), ElementsAre(tea[3]));
  EXPECT_THAT(found("$..tea[0,1]", shop), ElementsAre(tea[0], tea[1]));
  EXPECT_THAT(found("$..tea[:2]", shop), ElementsAre(tea[0], tea[1]));
  EXPECT_EQ(found("$..*", shop).size(), 23u);
  EXPECT_EQ(found("$", shop),
            std::vector{"{\"shop\":{\"tea\":" + all_tea + ",\"pot\":" + pot + "}}"});
}

TEST(JsonPath, SelectsOneByOne) {
  const std::pair<std::pair<const char*, const char*>, const char*> kCases[] = {
      {{R"({"a":1,"b":[2]})", "$.a"}, "1"},
      {{R"({"a":1,"b":[2]})", "$['b'][0]"}, "2"},
      {{R"({"a":1,"b":[2]})", "$.c"}, ""},
      {{R"({"a":1,"b":[2]})", "$[0]"}, ""},
      {{R"({"a":1,"b":[2]})", "$[:]"}, ""},
      {{R"({"a":1,"b":[2]})", "$.a.b"}, ""},
      {{R"({"a":1,"b":[2]})", "$.*"}, "1 [2]"},
      {{R"({"a":1,"b":[2]})", "$['b','a','b']"}, "[2] 1 [2]"},
      {{R"({"a":1,"b":[2]})", "$['b',*]"}, "[2] 1 [2]"},
      {{R"({"a":null})", "$.a"}, "null"},
      {{R"({"a":1,"a":2})", "$.a"}, "2"},
      {{R"({"a":1,"a":2})", "$.*"}, "1 2"},
      {{R"({"":{"":3}})", "$[''][\"\"]"}, "3"},
      {{R"({"\u00e4_9":4})", "$.\xC3\xA4_9"}, "4"},
      {{R"({"a b":{"k.v":5}})", "$['a b']['k.v']"}, "5"},
      {{R"({"'":1,"\"":2,"\\":3})", R"($['\'',"'"])"}, "1 1"},
      {{R"({"'":1,"\"":2,"\\":3})", R"($["\"",'"'])"}, "2 2"},
      {{R"({"'":1,"\"":2,"\\":3})", R"($['\\'])"}, "3"},
      {{R"({"\ud83d\ude00":1,"/":2,"\n":3})", R"($['\uD83D\uDE00','\/',"\n"])"}, "1 2 3"},
      {{"[0,1,2]", "$[1]"}, "1"},
      {{"[0,1,2]", "$[-3]"}, "0"},
      {{"[0,1,2]", "$[-4]"}, ""},
      {{"[0,1,2]", "$[3]"}, ""},
      {{"[0,1,2]", "$[9007199254740991]"}, ""},
      {{"[0,1,2]", "$[-9007199254740991]"}, ""},
      {{"[0,1,2]", "$[0,0,-1]"}, "0 0 2"},
      {{"[0,1,2]", "$[ 0 , 1 : 2 ]"}, "0 1"},
      {{"[0,1,2]", "$.a"}, ""},
      {{"[0,1,2]", "$['0']"}, ""},
      {{"[0,1,2]", "$[*]"}, "0 1 2"},
      {{"[[1,2],[3]]", "$[*][*]"}, "1 2 3"},
      {{"[[1,2],[3]]", "$[*][0]"}, "1 3"},
      {{"[[1,2],[3]]", "$ [1]\n\t[0]"}, "3"},
      {{"5", "$"}, "5"},
      {{"5", "$.*"}, ""},
      {{"5", "$..*"}, ""},
      {{"\"a\"", "$[0]"}, ""},
  };
  for (const auto& [asked, values] : kCases) {
    EXPECT_EQ(joined(found(asked.second, input_of(asked.first))), values)
        << asked.first << " " << asked.second;
  }
}

TEST(JsonPath, Slices) {
  const JsonTree list = input_of("[0,1,2,3,4,5,6]");
  const std::pair<const char*, const char*> kSlices[] = {
      {"$[1:3]", "1 2"},
      {"$[5:]", "5 6"},
      {"$[:2]", "0 1"},
      {"$[1:5:2]", "1 3"},
      {"$[5:1:-2]", "5 3"},
      {"$[::-1]", "6 5 4 3 2 1 0"},
      {"$[:]", "0 1 2 3 4 5 6"},
      {"$[::]", "0 1 2 3 4 5 6"},
      {"$[-2:]", "5 6"},
      {"$[:-5]", "0 1"},
      {"$[-100:2]", "0 1"},
      {"$[5:100]", "5 6"},
      {"$[100:]", ""},
      {"$[3:3]", ""},
      {"$[4:2]", ""},
      {"$[2:4:-1]", ""},
      {"$[::0]", ""},
      {"$[100::-3]", "6 3 0"},
      {"$[:-100:-3]", "6 3 0"},
      {"$[2::-1]", "2 1 0"},
      {"$[:4:-1]", "6 5"},
      {"$[-1:-3:-1]", "6 5"},
      {"$[0:9007199254740991:9007199254740991]", "0"},
      {"$[9007199254740991:-9007199254740991:-9007199254740991]", "6"},
      {"$[1:2,4:]", "1 4 5 6"},
  };
  for (const auto& [path, values] : kSlices) EXPECT_EQ(joined(found(path, list)), values) << path;
  EXPECT_EQ(joined(found("$[::-1]", input_of("[]"))), "");
}

TEST(JsonPath, DescendsInTheOrderOfTheDocument) {
  const JsonTree tree = input_of(R"({"o":{"j":1,"k":2},"a":[5,3,[{"j":4},{"k":6}]]})");
  EXPECT_EQ(joined(found("$..j", tree)), "1 4");
  EXPECT_EQ(joined(found("$..[0]", tree)), R"(5 {"j":4})");
  EXPECT_EQ(joined(found("$..['j','k']", tree)), "1 2 4 6");
  EXPECT_EQ(joined(found("$..[1,0]", tree)), R"(3 5 {"k":6} {"j":4})");
  EXPECT_EQ(joined(found("$.a..*", tree)), R"(5 3 [{"j":4},{"k":6}] {"j":4} {"k":6} 4 6)");
  EXPECT_EQ(joined(found("$.a..[::-2]", tree)), R"([{"j":4},{"k":6}] 5 {"k":6})");
  EXPECT_EQ(joined(found("$..a..j", tree)), "4");
  // A name is not a value.
  EXPECT_EQ(joined(found("$..*", input_of(R"({"a":"b"})"))), "\"b\"");
}

TEST(JsonPath, CanBeginAtAnElement) {
  const JsonTree tree = input_of(R"({"a":[{"b":1},{"b":2}]})");
  const JsonTree::Node second = *++tree.children(*tree.member(JsonTree::root(), "a")).begin();
  EXPECT_EQ(joined(found("@.b", tree, second)), "2");
  EXPECT_EQ(joined(found("@", tree, second)), R"({"b":2})");
  EXPECT_EQ(joined(found("@..*", tree, second)), "2");
  EXPECT_TRUE(JsonPath::parse("@.b")->relative());
  EXPECT_FALSE(JsonPath::parse("$.b")->relative());
}

TEST(JsonPath, KnowsWhetherItFindsAtMostOne) {
  for (const char* one : {"$", "@", "$.a", "$['a'][0].b[-1]"}) {
    EXPECT_TRUE(JsonPath::parse(one)->singular()) << one;
  }
  for (const char* several :
       {"$.*", "$[*]", "$..a", "$[0,1]", "$['a','b'].c", "$[:1]", "$[0]..[0]"}) {
    EXPECT_FALSE(JsonPath::parse(several)->singular()) << several;
  }
}

TEST(JsonPath, SaysWhatIsWrongAndWhere) {
  const std::pair<const char*, const char*> kFaults[] = {
      {"", "byte 0: a path begins with \"$\" or \"@\""},
      {"a", "byte 0: a path begins"},
      {" $", "byte 0: a path begins"},
      {"$ ", "byte 1: blanks at the end"},
      {"$.a\n", "byte 3: blanks at the end"},
      {"$a", "byte 1: \".\" or \"[\" expected"},
      {"$$", "byte 1: \".\" or \"[\" expected"},
      {"$.", "byte 2: a name expected"},
      {"$..", "byte 3: a name expected"},
      {"$...a", "byte 3: a name expected"},
      {"$. a", "byte 2: a name expected"},
      {"$.. [0]", "byte 3: a name expected"},
      {"$.9a", "byte 2: a name expected"},
      {"$.a-b", "byte 3: \".\" or \"[\" expected"},
      {"$.'a'", "byte 2: a name expected"},
      {"$.\xFF", "byte 2: a name expected"},
      {"$.[0]", "byte 2: a name expected"},
      {"$[", "byte 2: a name in quotes"},
      {"$[]", "byte 2: a name in quotes"},
      {"$[a]", "byte 2: a name in quotes"},
      {"$[0", "byte 3: \",\" or \"]\" expected"},
      {"$[0,]", "byte 4: a name in quotes"},
      {"$[0 1]", "byte 4: \",\" or \"]\" expected"},
      {"$[01]", "byte 2: not a whole number"},
      {"$[-0]", "byte 2: not a whole number"},
      {"$[-]", "byte 2: not a whole number"},
      {"$[1.0]", "byte 3: \",\" or \"]\" expected"},
      {"$[9007199254740992]", "byte 2: not a whole number"},
      {"$[99999999999999999999]", "byte 2: not a whole number"},
      {"$[1:2:3:4]", "byte 7: \",\" or \"]\" expected"},
      {"$[0:01]", "byte 4: not a whole number"},
      {"$['a]", "byte 5: the name has no end"},
      {"$['a\\']", "byte 7: the name has no end"},
      {"$['a\\", "byte 5: the name has no end"},
      {"$['a\\\"']", "byte 5: this quote needs no escape"},
      {"$[\"\\'\"]", "byte 4: this quote needs no escape"},
      {"$['\\x']", "byte 2: in this name: unknown escape"},
      {"$['\\ud83d']", "byte 2: in this name: lone surrogate"},
      {"$['\n']", "byte 2: in this name: control character"},
      {"$['\xFF']", "byte 2: in this name: not UTF-8"},
      {"$[?@.a]", "byte 2: filters (\"?\") are not supported"},
      {"$.a[0, ?(@.b == 1)]", "byte 7: filters"},
      {"$.length()", "byte 8: \".\" or \"[\" expected"},
  };
  for (const auto& [path, what] : kFaults) {
    EXPECT_THAT(refusal(JsonPath::parse(path)), testing::StartsWith(what)) << path;
  }
  EXPECT_THAT(refusal(JsonPath::parse("$." + std::string(1023, 'a'))),
              HasSubstr("at most 1024 bytes"));
}

TEST(JsonPath, IsBounded) {
  std::string deep;
  for (size_t i = 0; i < JsonChecker::kMaxDepth; ++i) deep += "[0,";
  deep += '0' + std::string(JsonChecker::kMaxDepth, ']');
  const JsonTree tree = input_of(deep);
  std::vector<JsonTree::Node> nodes;
  for (const char* path : {"$..*..*..*", "$..*..*..*..nothing", "$..[::-1]..[::-1]..[-1]"}) {
    size_t visits = 1'000'000;
    EXPECT_FALSE(JsonPath::parse(path)->find(tree, JsonTree::root(), visits, nodes)) << path;
    EXPECT_EQ(visits, 0u);
    EXPECT_LE(nodes.size(), 1'000'000u);
  }
  // Every path has exactly one smallest number of visits that is enough.
  const JsonTree shop = input_of(kShop);
  for (const char* path :
       {"$.shop.pot.price", "$..tea[1:]", "$..*", "$.shop.tea[-1,0]['id','kind']"}) {
    size_t visits = 1000;
    ASSERT_TRUE(JsonPath::parse(path)->find(shop, JsonTree::root(), visits, nodes));
    const size_t enough = 1000 - visits;
    visits = enough;
    EXPECT_TRUE(JsonPath::parse(path)->find(shop, JsonTree::root(), visits, nodes));
    for (size_t less = 0; less < enough; ++less) {
      visits = less;
      EXPECT_FALSE(JsonPath::parse(path)->find(shop, JsonTree::root(), visits, nodes)) << path;
    }
  }
}

TEST(JsonPath, SurvivesDamageOfEveryByte) {
  const std::string good = R"($ ['\u00e4\'',"b\n"]..c[-1:0:2, 3].*..*)";
  const JsonTree tree = input_of(kShop);
  for (size_t at = 0; at < good.size(); ++at) {
    found(good.substr(0, at), tree);
    for (const char damage : {'\0', '\'', '"', '\\', '[', ']', ',', ':', '-', '.', '\xFF', '9'}) {
      std::string text = good;
      text[at] = damage;
      found(text, tree);
    }
  }
}

}  // namespace
}  // namespace dataaction
