#include "core/contract/query_input.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/core/contract/schema_cases.h"

namespace dataaction {
namespace {

const JsonSchema& schema() {
  static const JsonSchema schema = compiled(R"({
    "type": "object",
    "properties": {
      "id": {"type": "integer"}, "rate": {"type": "number"}, "on": {"type": "boolean"},
      "none": {"type": "null"}, "text": {"type": "string"}, "free": {},
      "tags": {"type": "array", "items": {"type": "string"}},
      "ids": {"type": "array", "items": {"type": "integer"}}, "list": {"type": "array"},
      "grid": {"type": "array", "items": {"type": "array"}},
      "who": {"type": "object", "properties": {"id": {"type": "integer"}}},
      "maybe": {"type": ["integer", "null"]}, "ref": {"$ref": "#/properties/id"}}})");
  return schema;
}

std::string taken(std::string_view args) {
  const auto input = read_query_input(args, schema());
  if (!input) ADD_FAILURE() << args << ": " << input.error().message;
  return input.value_or("");
}

ErrorReply refused(std::string_view args) {
  const auto input = read_query_input(args, schema());
  if (input) ADD_FAILURE() << args << ": " << *input;
  return input ? ErrorReply() : input.error();
}

struct Case {
  const char* args;
  const char* json;
};

constexpr Case kTaken[] = {
    {"", "{}"},
    {"&&", "{}"},
    {"id=7", R"({"id":7})"},
    {"id=-0", R"({"id":-0})"},
    {"id=99999999999999999999", R"({"id":99999999999999999999})"},
    {"id=1.5", R"({"id":1.5})"},  // a number; the schema refuses it
    {"ref=7", R"({"ref":7})"},
    {"rate=1.5e3&on=true", R"({"rate":1.5e3,"on":true})"},
    {"on=false&none=null", R"({"on":false,"none":null})"},
    {"text=7", R"({"text":"7"})"},
    {"text=", R"({"text":""})"},
    {"text", R"({"text":""})"},
    {"text=a=b", R"({"text":"a=b"})"},
    {"=a", R"({"":"a"})"},
    {"text=a+b%20c%2Bd", R"({"text":"a b c+d"})"},
    {"text=%C3%A4%f0%9f%98%80", "{\"text\":\"\xC3\xA4\xF0\x9F\x98\x80\"}"},
    {"text=%22%5C%0A%00%26%3D", R"({"text":"\"\\\n\u0000&="})"},
    {"t%65xt=a&te%78t2=b", R"({"text":"a","text2":"b"})"},
    {"tags=a", R"({"tags":["a"]})"},
    {"tags=a&id=1&tags=b&tags=", R"({"tags":["a","b",""],"id":1})"},
    {"ids=1&ids=2", R"({"ids":[1,2]})"},
    {"list=1&list=x", R"({"list":["1","x"]})"},
    {"free=1", R"({"free":"1"})"},
    {"maybe=1", R"({"maybe":"1"})"},
    {"unknown=1", R"({"unknown":"1"})"},
    {"who.id=1", R"({"who.id":"1"})"},
    {"tags[]=a", R"({"tags[]":"a"})"},
    {"limit=1&cursor=x&batch_size=y", R"({"limit":"1","cursor":"x","batch_size":"y"})"},
};

TEST(QueryInput, BecomesJson) {
  for (const Case& one : kTaken) EXPECT_EQ(taken(one.args), one.json) << one.args;
}

constexpr Case kWrongTypes[] = {
    {"id=", "id"},          {"id=a", "id"},      {"id=+7", "id"},       {"id=%207", "id"},
    {"id=07", "id"},        {"id=7%20", "id"},   {"id=0x7", "id"},      {"id=1e999", "id"},
    {"rate=NaN", "rate"},   {"rate=1.", "rate"}, {"rate=.5", "rate"},   {"rate=-", "rate"},
    {"rate=1%00", "rate"},  {"on=1", "on"},      {"on=True", "on"},     {"on=", "on"},
    {"none=", "none"},      {"id=1&id=2", "id"}, {"x=1&x=2", "x"},      {"text=a&text=a", "text"},
    {"ids=1&ids=b", "ids"}, {"grid=1", "grid"},  {"who=%7B%7D", "who"}, {"id=1,%22x%22:2", "id"},
};

TEST(QueryInput, WrongTypesNameTheField) {
  for (const Case& one : kWrongTypes) {
    const ErrorReply reply = refused(one.args);
    EXPECT_EQ(reply.status, 422) << one.args;
    EXPECT_EQ(reply.code, "dataaction.request.invalid");
    EXPECT_EQ(reply.details, (std::vector<ErrorDetail>{{"dataaction.contract.type", one.json}}))
        << one.args;
    EXPECT_TRUE(reply.message.starts_with(std::string(one.json) + ' ')) << reply.message;
  }
}

TEST(QueryInput, WhatCannotBeRead) {
  for (const char* args :
       {"a=%", "a=%4", "a=%zz", "%=1", "a=%FF", "a=%ED%A0%80", "a=%C3", "%C0%80=1", "a=\xFF"}) {
    const ErrorReply reply = refused(args);
    EXPECT_EQ(reply.status, 400) << args;
    EXPECT_EQ(reply.code, "dataaction.request.malformed");
  }
}

TEST(QueryInput, TooMany) {
  std::string args;
  for (size_t i = 0; i < kMaxQueryFields; ++i) args += "tags=a&";
  EXPECT_EQ(taken(args).size(), 9 + 1 + 4 * kMaxQueryFields);
  EXPECT_EQ(refused(args + "b").status, 400);
}

TEST(QueryInput, LongNamesAreCutInMessages) {
  const std::string name(100'000, 'n');
  const ErrorReply reply = refused(name + "=1&" + name + "=2");
  EXPECT_LT(reply.message.size(), 400u);
  EXPECT_LT(reply.details.at(0).field.size(), 300u);
}

}  // namespace
}  // namespace dataaction
