#include "core/json/json_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dataaction {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Node = JsonTree::Node;

JsonTree tree_of(std::string text) {
  auto tree = JsonTree::parse(std::move(text));
  EXPECT_TRUE(tree.has_value()) << tree.error().what;
  return std::move(*tree);
}

std::string compact(const JsonTree& tree, Node node) {
  std::string out;
  tree.append_to(out, node);
  return out;
}

std::vector<std::string> children(const JsonTree& tree, Node node) {
  std::vector<std::string> out;
  for (const Node child : tree.children(node)) out.emplace_back(tree.raw(child));
  return out;
}

std::string fault(std::string text) {
  const auto tree = JsonTree::parse(std::move(text));
  if (tree) return "";
  return std::to_string(tree.error().offset) + ": " + tree.error().what;
}

TEST(JsonTree, KnowsWhatAValueIs) {
  const std::pair<const char*, JsonType> kValues[] = {
      {"null", JsonType::kNull},   {"true", JsonType::kBoolean}, {"false", JsonType::kBoolean},
      {"0", JsonType::kInteger},   {"-12", JsonType::kInteger},  {"1.0", JsonType::kNumber},
      {"1e2", JsonType::kNumber},  {"1E2", JsonType::kNumber},   {"\"\"", JsonType::kString},
      {" [ ] ", JsonType::kArray}, {" { } ", JsonType::kObject},
  };
  for (const auto& [text, type] : kValues) {
    const JsonTree tree = tree_of(text);
    EXPECT_EQ(tree.type(JsonTree::root()), type) << text;
    EXPECT_THAT(children(tree, JsonTree::root()), IsEmpty()) << text;
    EXPECT_EQ(tree.end_of(JsonTree::root()), 1u) << text;
  }
}

TEST(JsonTree, FindsMembersByWhatTheirNamesSay) {
  const JsonTree tree =
      tree_of(R"({"a":1,"\u0062":{"c":[2]},"":3,"d\n":"x\"\ud83d\ude00","1":null})");
  const Node root = JsonTree::root();
  EXPECT_EQ(tree.raw(*tree.member(root, "a")), "1");
  EXPECT_EQ(tree.raw(*tree.member(root, "")), "3");
  EXPECT_EQ(tree.string(*tree.member(root, "d\n")), "x\"\xF0\x9F\x98\x80");
  EXPECT_EQ(tree.raw(*tree.member(root, "1")), "null");
  EXPECT_EQ(tree.raw(*tree.member(*tree.member(root, "b"), "c")), "[2]");
  EXPECT_FALSE(tree.member(root, "c"));
  EXPECT_FALSE(tree.member(root, "\\u0062"));
  EXPECT_FALSE(tree.member(*tree.member(root, "a"), "a"));
  EXPECT_FALSE(tree_of(R"(["a"])").member(root, "a"));
}

TEST(JsonTree, TheLastOfTheSameNameCounts) {
  const JsonTree tree = tree_of(R"({"a":1,"b":2,"\u0061":3})");
  EXPECT_EQ(tree.raw(*tree.member(JsonTree::root(), "a")), "3");
  EXPECT_THAT(children(tree, JsonTree::root()), ElementsAre("1", "2", "3"));
}

TEST(JsonTree, HasChildrenInTheirOrder) {
  const JsonTree tree = tree_of(R"([1, [2, [3]], {"a": {"b": 4}, "c": []}, {}, "x"])");
  EXPECT_THAT(children(tree, JsonTree::root()),
              ElementsAre("1", "[2, [3]]", R"({"a": {"b": 4}, "c": []})", "{}", "\"x\""));
  const JsonTree object = tree_of(R"({"a": [1, {"b": 2}], "c": {"d": 3, "e": 4}, "f": {}})");
  EXPECT_THAT(children(object, JsonTree::root()),
              ElementsAre(R"([1, {"b": 2}])", R"({"d": 3, "e": 4})", "{}"));
}

TEST(JsonTree, AValueIsARunWithAllThatIsInIt) {
  const JsonTree tree = tree_of(R"({"a":[1,{"b":2}],"c":3})");
  const Node a = *tree.member(JsonTree::root(), "a");
  std::vector<std::string> inside;
  for (Node node = a; node < tree.end_of(a); ++node) {
    if (!tree.is_name(node)) inside.emplace_back(tree.raw(node));
  }
  EXPECT_THAT(inside, ElementsAre(R"([1,{"b":2}])", "1", R"({"b":2})", "2"));
}

TEST(JsonTree, CopiesInCompactFormAndAsWritten) {
  const std::string number(5000, '9');
  const JsonTree tree =
      tree_of("{ \"a\" :\r\n\t[ 1.50 , \"x \\n\\u0041 \\/\" ] ,\n \"b\": " + number + " }\n");
  EXPECT_EQ(compact(tree, JsonTree::root()), R"({"a":[1.50,"x \n\u0041 \/"],"b":)" + number + "}");
  EXPECT_EQ(compact(tree, *tree.member(JsonTree::root(), "b")), number);
  EXPECT_EQ(compact(tree_of(" [\n] "), JsonTree::root()), "[]");
}

TEST(JsonTree, StaysItselfWhenItIsMoved) {
  JsonTree tree = tree_of(R"({"a":"b"})");  // so short that the text is inside the string object
  const Node node = *tree.member(JsonTree::root(), "a");
  const JsonTree moved = std::move(tree);
  EXPECT_EQ(moved.string(node), "b");
}

TEST(JsonTree, RefusesWhatIsNoDocument) {
  EXPECT_EQ(fault(""), "0: the text ends where a value should be");
  EXPECT_EQ(fault("[1] 2"), "4: there is more after the value");
  EXPECT_EQ(fault(R"({"a":1,})"), "7: the name of a member expected");
  EXPECT_EQ(fault("[1,2"), "4: the text ends where ',' or ']' should be");
  EXPECT_EQ(fault("\"\xC3\""), "1: not UTF-8");
  EXPECT_EQ(fault(std::string("1\0", 2)), "1: there is more after the value");
}

TEST(JsonTree, RefusesLoneSurrogatesEverywhere) {
  for (const char* surrogate :
       {R"(\ud83d)", R"(\ude00)", R"(\ud83dx\ude00)", R"(\ud83d\ud83d)", "\xED\xA0\xBD"}) {
    const std::string quoted = '"' + std::string(surrogate) + '"';
    for (const std::string& text :
         {quoted, '[' + quoted + ']', "{\"a\":" + quoted + '}', '{' + quoted + ":1}"}) {
      EXPECT_FALSE(JsonTree::parse(text)) << text;
    }
  }
}

TEST(JsonTree, IsBounded) {
  const size_t levels = JsonChecker::kMaxDepth;
  const std::string deep = std::string(levels, '[') + std::string(levels, ']');
  EXPECT_EQ(fault(deep), "");
  EXPECT_THAT(fault('[' + deep + ']'), HasSubstr("more than 512 levels"));
  EXPECT_THAT(fault(std::string(JsonTree::kMaxSize + 1, ' ')),
              HasSubstr("more than 67108864 bytes"));
  std::string many = "[";
  for (size_t i = 1; i < JsonTree::kMaxNodes; ++i) many += "1,";
  many.back() = ']';
  EXPECT_EQ(fault(many), "");
  many.back() = ',';
  EXPECT_THAT(fault(many + "1]"), HasSubstr("more than 4194304 values"));
}

TEST(JsonTree, SurvivesDamageOfEveryByte) {
  const std::string good =
      R"({"a":[1,-2.5e3,{"b\u00e9":"\ud83d\ude00 x"}],"c":{"d":null},"e":true})";
  for (size_t at = 0; at < good.size(); ++at) {
    EXPECT_FALSE(JsonTree::parse(good.substr(0, at))) << at;
    for (const char damage : {'\0', '"', '\\', '{', ']', ',', '\xFF', '0', 'u', ' '}) {
      std::string text = good;
      text[at] = damage;
      const auto tree = JsonTree::parse(text);
      EXPECT_EQ(tree.has_value(), !JsonChecker().check(text)) << text;
      if (!tree) continue;
      for (const Node node : tree->children(JsonTree::root())) compact(*tree, node);
      tree->member(JsonTree::root(), "a");
    }
  }
}

}  // namespace
}  // namespace dataaction
