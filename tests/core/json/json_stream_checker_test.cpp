#include "core/json/json_stream_checker.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace dataaction {
namespace {

using Shape = JsonStreamChecker::Shape;

// In pieces of `size` bytes.
JsonStreamChecker checked(std::string_view text, size_t size, bool lines = false) {
  JsonStreamChecker checker(lines);
  for (size_t at = 0; at < text.size() && checker.add(text.substr(at, size)); at += size) {
  }
  checker.finish();
  return checker;
}

constexpr size_t kWhole = SIZE_MAX;

struct Good {
  std::string_view text;
  Shape shape;
  uint64_t records;
};

TEST(JsonStreamChecker, CountsInEveryShapeHoweverItComes) {
  for (const Good& good : std::vector<Good>{
           {"[]", Shape::kArray, 0},
           {" [ ] ", Shape::kArray, 0},
           {R"([1,-2.5e+3,true,null,"x\"]\\"])", Shape::kArray, 5},
           {R"([{"a":[1,{"b":"}"}]}, {} ,[1,2]])", Shape::kArray, 3},
           {"[\"\xC3\xA9\\uD83D\\uDE00\"]", Shape::kArray, 1},
           {"[[]]", Shape::kBatches, 0},
           {R"([[{"a":1},{"a":2}],[],[3]])", Shape::kBatches, 3},
           {R"({"records":[{"a":"]"},2],"count":2,"complete":true})", Shape::kEnvelope, 2},
           {R"({"x":{"records":[1]},"\u0072ecords":[1]})", Shape::kEnvelope, 1},
           {"{}", Shape::kEnvelope, 0},
           {" 12 ", Shape::kValue, 0},
           {"12", Shape::kValue, 0},
           {"\"x\"", Shape::kValue, 0}}) {
    for (const size_t size : {kWhole, size_t{1}, size_t{2}, size_t{3}, size_t{7}}) {
      const JsonStreamChecker checker = checked(good.text, size);
      EXPECT_EQ(checker.error().what, "") << good.text << " by " << size;
      EXPECT_EQ(checker.shape(), good.shape) << good.text;
      EXPECT_EQ(checker.records(), good.records) << good.text;
      EXPECT_EQ(checker.bytes(), good.text.size());
    }
  }
}

TEST(JsonStreamChecker, Lines) {
  for (const size_t size : {kWhole, size_t{1}, size_t{5}}) {
    const JsonStreamChecker checker = checked("{\"a\":1}\n[2]\r\n3\n", size, true);
    EXPECT_EQ(checker.error().what, "");
    EXPECT_EQ(checker.records(), 3u);
    EXPECT_EQ(checked("", size, true).error().what, "");
    EXPECT_EQ(checked("1\n23", size, true).error().what, "the last line has no end");
    EXPECT_EQ(checked("1\n\n", size, true).error().what,
              "record 2: the text ends where a value should be");
    EXPECT_EQ(checked("1\n2 3\n", size, true).error().what,
              "record 2: there is more after the value");
  }
}

TEST(JsonStreamChecker, WhatAnEnvelopeSays) {
  for (const size_t size : {kWhole, size_t{1}}) {
    const auto whole = checked(
        R"({"records":[1],"count":1,"complete":false,"reason":"deadline","next":"a\/b"})", size);
    EXPECT_EQ(whole.envelope().count, 1u);
    EXPECT_EQ(whole.envelope().complete, false);
    EXPECT_EQ(whole.envelope().reason, "deadline");
    EXPECT_EQ(whole.envelope().next, "a/b");
    const auto nothing =
        checked(R"({"records":[1],"count":"1","complete":1,"reason":null,"next":{}})", size);
    EXPECT_FALSE(nothing.envelope().count || nothing.envelope().complete);
    EXPECT_EQ(nothing.envelope().reason + nothing.envelope().next, "");
  }
}

struct Bad {
  std::string_view text;
  size_t offset;
  std::string_view what;
};

TEST(JsonStreamChecker, SaysWhatIsWrongAndWhere) {
  for (const Bad& bad :
       std::vector<Bad>{{"", 0, "the text is empty"},
                        {"  ", 2, "the text is empty"},
                        {"[1,2", 4, "the text ends inside record 2"},
                        {R"([{"a":"x)", 8, "the text ends inside record 1"},
                        {"[1,", 3, "the text ends before its last bracket"},
                        {"[{}", 3, "the text ends before its last bracket"},
                        {R"({"records":[1])", 14, "the text ends before its last bracket"},
                        {"[1 2]", 3, "',' or ']' expected"},
                        {"[1,]", 3, "record 2: a value expected"},
                        {"[,1]", 1, "record 1: a value expected"},
                        {"[1}", 2, "',' or ']' expected"},
                        {"[1]]", 3, "there is more after the value"},
                        {"[1][2]", 3, "there is more after the value"},
                        {"]", 0, "a value expected"},
                        {R"([{"a":1]])", 7, "record 1: ',' or '}' expected"},
                        {R"([{"a" 1}])", 6, "record 1: ':' expected"},
                        {"[01]", 2, "record 1: there is more after the value"},
                        {"[tru]", 1, "record 1: a value expected"},
                        {"[1,\"\xFF\"]", 4, "record 2: not UTF-8"},
                        {R"(["\uD800"])", 2, "record 1: lone surrogate in a string"},
                        {"[[1],2]", 5, "a batch expected"},
                        {R"({"a":1,})", 7, "the name of a member expected"},
                        {R"({1:1})", 1, "the name of a member expected"},
                        {R"({"a",1})", 4, "':' expected"},
                        {R"({"a":1 "b"})", 7, "',' or '}' expected"},
                        {"<html>", 0, "a value expected"}}) {
    for (const size_t size : {kWhole, size_t{1}, size_t{2}, size_t{3}}) {
      const JsonStreamChecker checker = checked(bad.text, size);
      EXPECT_EQ(checker.error().what, bad.what) << bad.text << " by " << size;
      EXPECT_EQ(checker.error().offset, bad.offset) << bad.text << " by " << size;
    }
  }
}

TEST(JsonStreamChecker, ALongValueIsNotHeld) {
  JsonStreamChecker checker(false, 10);
  EXPECT_TRUE(checker.add("[1234567,\"12345678\",\"12345"));
  EXPECT_FALSE(checker.add("678901"));
  EXPECT_EQ(checker.error().what, "a value is longer than 10 bytes");
  EXPECT_FALSE(checker.add("]"));
  EXPECT_FALSE(checker.finish());
  EXPECT_EQ(checker.records(), 2u);
}

// Texts near JSON, by chance: the same verdict as for the whole text at once.
TEST(JsonStreamChecker, AgreesWithTheReaderOfWholeTexts) {
  std::mt19937 random(1);
  const std::string_view seed = R"([{"a":[1,"\u00e9x"],"b":{}},[2.5e1,null],"\\",true,-0])";
  const std::string_view letters = "[]{}\",:\\u01eE+-.tfn ";
  JsonChecker reader;
  int good = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text(seed);
    for (auto changes = random() % 3; changes > 0; --changes) {
      text[random() % text.size()] = letters[random() % letters.size()];
    }
    const bool expected = !reader.check(text);
    good += expected;
    // An array that begins with one takes nothing but arrays.
    const JsonStreamChecker checker = checked(text, 1 + random() % 9);
    if (checker.shape() == Shape::kBatches) continue;
    ASSERT_EQ(checker.error().what.empty(), expected) << text << ": " << checker.error().what;
  }
  EXPECT_GT(good, 1000);
}

}  // namespace
}  // namespace dataaction
