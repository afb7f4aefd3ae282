// What is wrong with a schema, and where.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/core/contract/schema_cases.h"

namespace dataaction {
namespace {

using ::testing::HasSubstr;

std::string pointer_of(const std::string& schema, std::string* message = nullptr) {
  const auto result = JsonSchema::compile(schema);
  if (result) return "nothing is wrong";
  EXPECT_FALSE(result.error().message.empty());
  if (message != nullptr) *message = result.error().message;
  return result.error().pointer;
}

std::string message_of(const std::string& schema) {
  std::string message;
  pointer_of(schema, &message);
  return message;
}

struct Case {
  const char* schema;
  const char* pointer;
};

constexpr Case kBoth[] = {
    {R"({"type":"strin"})", "/type"},
    {R"({"type":"any"})", "/type"},
    {R"({"type":1})", "/type"},
    {R"({"type":[]})", "/type"},
    {R"({"type":["null","nul"]})", "/type/1"},
    {R"({"type":["null","null"]})", "/type"},
    {R"({"type":["null",{}]})", "/type/1"},
    {R"({"type":{"type":"null"}})", "/type"},
    {R"({"enum":"a"})", "/enum"},
    {R"({"enum":[]})", "/enum"},
    {R"({"multipleOf":0})", "/multipleOf"},
    {R"({"multipleOf":-2})", "/multipleOf"},
    {R"({"multipleOf":"2"})", "/multipleOf"},
    {R"({"maximum":"3"})", "/maximum"},
    {R"({"minimum":"3"})", "/minimum"},
    {R"({"minimum":null})", "/minimum"},
    {R"({"maxLength":-1})", "/maxLength"},
    {R"({"maxLength":1.5})", "/maxLength"},
    {R"({"minLength":"1"})", "/minLength"},
    {R"({"minLength":1e300})", "/minLength"},
    {R"({"maxItems":true})", "/maxItems"},
    {R"({"minItems":[]})", "/minItems"},
    {R"({"maxProperties":"1"})", "/maxProperties"},
    {R"({"minProperties":-1})", "/minProperties"},
    {R"({"pattern":1})", "/pattern"},
    {R"({"pattern":"("})", "/pattern"},
    {R"({"pattern":"a\u0000b"})", "/pattern"},
    {R"({"properties":{"a~/b":{"pattern":"[b-a]"}}})", "/properties/a~0~1b/pattern"},
    {R"({"patternProperties":{"a/(":{}}})", "/patternProperties/a~1("},
    {R"({"patternProperties":[]})", "/patternProperties"},
    {R"({"format":7})", "/format"},
    {R"({"uniqueItems":"true"})", "/uniqueItems"},
    {R"({"required":"x"})", "/required"},
    {R"({"required":true})", "/required"},
    {R"({"required":["a",1]})", "/required/1"},
    {R"({"required":["a","a"]})", "/required"},
    {R"({"required":["a\u0000"]})", "/required/0"},
    {R"({"properties":[]})", "/properties"},
    {R"({"properties":{"a":"string"}})", "/properties/a"},
    {R"({"properties":{"a":null}})", "/properties/a"},
    {R"({"properties":{"a\u0000":{}}})", "/properties/a\0"},
    {R"({"properties":{"a":{"items":{"type":"x"}}}})", "/properties/a/items/type"},
    {R"({"additionalProperties":"no"})", "/additionalProperties"},
    {R"({"additionalProperties":{"type":"x"}})", "/additionalProperties/type"},
    {R"({"items":"string"})", "/items"},
    {R"({"items":[{},7]})", "/items/1"},
    {R"({"additionalItems":7})", "/additionalItems"},
    {R"({"items":[],"additionalItems":{"type":"x"}})", "/additionalItems/type"},
    {R"({"dependencies":[]})", "/dependencies"},
    {R"({"dependencies":{"a":"b"}})", "/dependencies/a"},
    {R"({"dependencies":{"a":[1]}})", "/dependencies/a/0"},
    {R"({"dependencies":{"a":{"type":"x"}}})", "/dependencies/a/type"},
    {R"({"allOf":{}})", "/allOf"},
    {R"({"allOf":[]})", "/allOf"},
    {R"({"anyOf":[1]})", "/anyOf/0"},
    {R"({"oneOf":[{},{"minimum":"1"}]})", "/oneOf/1/minimum"},
    {R"({"not":[]})", "/not"},
    {R"({"title":7})", "/title"},
    {R"({"description":[]})", "/description"},
    {R"({"definitions":[]})", "/definitions"},
    {R"({"definitions":{"unused":{"type":"x"}}})", "/definitions/unused/type"},
    {R"({"$ref":7})", "/$ref"},
    {R"({"$ref":"#/definitions/b"})", "/$ref"},
    {R"({"$ref":"#"})", "/$ref"},
    {R"({"$ref":"#name"})", "/$ref"},
    {R"({"$ref":"#/%zz"})", "/$ref"},
    {R"({"$ref":"other.json#/a"})", "/$ref"},
    {R"({"$ref":"http://json-schema.org/draft-07/schema#"})", "/$ref"},
    {R"({"properties":{"a":{"$ref":"#/properties/b"},"b":{"$ref":"#/properties/a"}}})",
     "/properties/b/$ref"},
    {R"({"$ref":"#/definitions/a","definitions":{"a":{},"b":{"type":"x"}}})",
     "/definitions/b/type"},
    {R"({"allOf":[{"$ref":"#"}]})", ""},
    {R"({"properties":{"a":{"anyOf":[{"not":{"$ref":"#/properties/a"}}]}}})", "/properties/a"},
    {R"({"type":"object","type":"object"})", ""},
    {R"({"properties":{"a":{"x":1,"x":2}}})", "/properties/a"},
};

constexpr Case k04[] = {
    {"true", ""},
    {R"({"properties":{"a":true}})", "/properties/a"},
    {R"({"maximum":3,"exclusiveMaximum":2})", "/exclusiveMaximum"},
    {R"({"exclusiveMinimum":true})", "/exclusiveMinimum"},
    {R"({"id":7})", "/id"},
    {"7", ""},
    {"[]", ""},
    {R"({"$schema":7})", "/$schema"},
    {R"({"$schema":"http://json-schema.org/schema#"})", "/$schema"},
    {R"({"$schema":"https://json-schema.org/draft/2020-12/schema"})", "/$schema"},
    {R"({"$schema":"http://json-schema.org/draft-03/schema#"})", "/$schema"},
};

constexpr Case k07[] = {
    {R"({"exclusiveMaximum":true})", "/exclusiveMaximum"},
    {R"({"maximum":3,"exclusiveMinimum":"1"})", "/exclusiveMinimum"},
    {R"({"contains":[]})", "/contains"},
    {R"({"propertyNames":"a"})", "/propertyNames"},
    {R"({"if":1})", "/if"},
    {R"({"then":{"type":"x"}})", "/then/type"},
    {R"({"if":{},"else":[]})", "/else"},
    {R"({"if":{"$ref":"#"}})", ""},
    {R"({"$id":7})", "/$id"},
};

TEST(SchemaError, NamesThePlace) {
  for (const Case& one : kBoth) {
    const std::string pointer = std::string_view(one.schema).contains("a\\u0000\":{}")
                                    ? std::string("/properties/a\0", 14)
                                    : one.pointer;
    EXPECT_EQ(pointer_of(one.schema), pointer) << one.schema;
    EXPECT_EQ(pointer_of(as_07(one.schema)), pointer) << one.schema;
  }
}

TEST(SchemaError, OfOneDraft) {
  for (const Case& one : k04) EXPECT_EQ(pointer_of(one.schema), one.pointer) << one.schema;
  for (const Case& one : k07) EXPECT_EQ(pointer_of(as_07(one.schema)), one.pointer) << one.schema;
}

TEST(SchemaError, SaysWhatIsWrong) {
  EXPECT_EQ(message_of(R"({"required":"x"})"), "required must be an array of strings");
  EXPECT_THAT(message_of(R"({"type":"strin"})"), HasSubstr(R"(there is no type "strin")"));
  EXPECT_THAT(message_of(R"({"pattern":"a(b"})"),
              HasSubstr(R"("a(b" does not compile: missing closing parenthesis at byte 3)"));
  EXPECT_THAT(message_of(R"({"$ref":"http://a/b#"})"), HasSubstr("only references within"));
  EXPECT_EQ(message_of(R"({"$ref":"#"})"), "$ref leads to itself");
  EXPECT_THAT(message_of(R"({"allOf":[{"$ref":"#"}]})"), HasSubstr("without end"));
  EXPECT_THAT(message_of("{\"type\": }"), HasSubstr("malformed JSON at byte 9"));
  EXPECT_THAT(message_of(R"({"a":1,"a":2})"), HasSubstr(R"(key "a" appears twice)"));
  EXPECT_THAT(message_of(R"({"type":"\uDC00"})"), HasSubstr("surrogate"));
}

std::string nested(size_t levels) {
  std::string schema = "{}";
  for (size_t i = 0; i < levels; ++i) schema = R"({"not":)" + schema + "}";
  return schema;
}

TEST(SchemaError, TooDeepOrTooLarge) {
  EXPECT_EQ(message_of(nested(15)), "");
  EXPECT_THAT(message_of(nested(16)), HasSubstr("more than 16 schemas inside one another"));
  EXPECT_THAT(message_of(nested(JsonSchema::kMaxDepth)), HasSubstr("more than 64 levels"));
  EXPECT_THAT(message_of("{\"title\":\"" + std::string(JsonSchema::kMaxText, 'x') + "\"}"),
              HasSubstr("more than 262144 bytes"));

  std::string many = R"({"properties":{)";
  for (int i = 0; i < 5000; ++i) many += '"' + std::to_string(i) + "\":{},";
  EXPECT_THAT(message_of(many + R"("x":{}}})"), HasSubstr("more than 4096 schemas"));
}

TEST(SchemaError, LongTextsAreHarmless) {
  const std::string text(200'000, 'a');
  EXPECT_EQ(pointer_of(R"({"id":"urn:)" + text + R"(","type":"null"})"), "nothing is wrong");
  EXPECT_EQ(pointer_of(R"({"$ref":"urn:)" + text + "\"}"), "/$ref");
  EXPECT_EQ(pointer_of(R"({"$ref":"#/)" + text + "\"}"), "/$ref");
  EXPECT_EQ(pointer_of(R"({"$schema":"http:)" + text + "\"}"), "/$schema");
  EXPECT_EQ(pointer_of(R"({"pattern":")" + text + "\"}"), "/pattern");
  EXPECT_LT(message_of(R"({"pattern":")" + text + "\"}").size(), 512u);
}

// References after references, each of which a recursive builder would follow down.
TEST(SchemaError, LongChainsAreHarmless) {
  std::string chain = R"({"definitions":{"d0":{"type":"null"})";
  for (int i = 1; i < 1500; ++i) {
    chain += ",\"d" + std::to_string(i) + R"(":{"properties":{"a":{"$ref":"#/definitions/d)" +
             std::to_string(i - 1) + "\"}}}";
  }
  chain += R"(},"$ref":"#/definitions/d1499"})";
  EXPECT_EQ(wrongs(chain, R"({"a":{"a":{"a":1}}})"), "");
  EXPECT_THAT(
      message_of(R"({"$ref":"#/definitions/0","definitions":{"0":{"$ref":"#/definitions/0"}}})"),
      HasSubstr("leads to itself"));
}

}  // namespace
}  // namespace dataaction
