// Whole checks: places, numbers, recursion, and what is too much.

#include "core/contract/json_schema.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/core/contract/schema_cases.h"

namespace dataaction {
namespace {

using namespace std::string_literals;

TEST(JsonSchema, NamesEveryField) {
  const JsonSchema schema = compiled(R"({
    "type": "object", "required": ["user"],
    "properties": {
      "user": {"type": "object", "required": ["name", "mail"],
               "properties": {"name": {"type": "string", "minLength": 2}}},
      "items": {"type": "array", "items": {"properties": {"price": {"minimum": 0}}}},
      "grid": {"items": {"items": {"type": "integer"}}}},
    "additionalProperties": false})");
  EXPECT_EQ(wrongs(schema, R"({"user":{"name":"ab","mail":1}})"), "");
  EXPECT_EQ(wrongs(schema, "{}"), "required user");
  EXPECT_EQ(wrongs(schema, R"({"user":{"name":"a"}})"), "required user.mail; minLength user.name");
  EXPECT_EQ(wrongs(schema, R"({"user":{"name":"ab","mail":1},"items":[{},{"price":-1}],"x":1})"),
            "minimum items[1].price; additionalProperties x");
  EXPECT_EQ(wrongs(schema, R"({"user":{"name":"ab","mail":1},"grid":[[],[1,"2"]]})"),
            "type grid[1][1]");
  EXPECT_EQ(wrongs(schema, "[]"), "type");
}

TEST(JsonSchema, AtMostSixteenDetails) {
  EXPECT_EQ(compiled(R"({"items":{"type":"null"}})")
                .check("[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]")
                .size(),
            JsonSchema::kMaxDetails);
}

TEST(JsonSchema, LongNamesAreCut) {
  const std::string name(100'000, 'n');
  const auto details =
      compiled(R"({"additionalProperties":false})").check("{\"" + name + "\":1,\"b\":2}");
  ASSERT_EQ(details.size(), 2u);
  EXPECT_LE(details[0].field.size(), 300u);
  EXPECT_EQ(details[1].field, "b");
}

TEST(JsonSchema, MalformedIsNoPass) {
  const JsonSchema schema = compiled("{}");
  for (const char* text : {"", "{", "1 2", "\"\xFF\"", "\"\\uDC00\"", "1e400"}) {
    EXPECT_EQ(wrongs(schema, text), "malformed") << text;
  }
  EXPECT_EQ(wrongs(schema, std::string_view("1\0", 2)), "malformed");
}

TEST(JsonSchema, DeepInputIsRefused) {
  const auto nested = [](size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
  };
  const JsonSchema schema = compiled(R"({"items":{"$ref":"#"}})");
  EXPECT_EQ(wrongs(schema, nested(50)), "");
  EXPECT_EQ(wrongs(schema, nested(51)), "malformed");
  EXPECT_EQ(wrongs(schema, nested(400'000)), "malformed");
}

TEST(JsonSchema, RecursionFollowsTheValue) {
  const JsonSchema schema = compiled(R"({
    "type": "object", "required": ["name"],
    "properties": {"name": {"type": "string"},
                   "children": {"type": "array", "items": {"$ref": "#"}}}})");
  EXPECT_EQ(wrongs(schema, R"({"name":"a","children":[{"name":"b","children":[]}]})"), "");
  EXPECT_EQ(wrongs(schema, R"({"name":"a","children":[{"name":"b","children":[{}]}]})"),
            "required children[0].children[0].name");
}

// As deep as both value and schema may be, for the stack.
TEST(JsonSchema, DeepestRecursion) {
  std::string inner = R"({"items":{"$ref":"#"}})";
  for (int i = 0; i < 14; ++i) inner = R"({"allOf":[)" + inner + "]}";
  std::string value = "1";
  for (int i = 0; i < 50; ++i) value = '[' + value + ']';
  EXPECT_EQ(wrongs(R"({"type":["array","null"],"allOf":[)" + inner + "]}", value).substr(0, 13),
            "type [0][0][0");
}

TEST(JsonSchema, SeveralReferencesToOne) {
  const JsonSchema schema = compiled(R"({
    "properties": {"a/b": {"$ref": "#/definitions/n"}, "c": {"$ref": "#/definitions/%6E"},
                   "d": {"$ref": "#/definitions/alias"}, "a": {"properties": {"b": {}}}},
    "definitions": {"n": {"type": "integer"}, "alias": {"$ref": "#/definitions/n"}}})");
  EXPECT_EQ(wrongs(schema, R"({"a/b":"x","c":"x","d":"x","a":{"b":"x"}})"),
            "type a/b; type c; type d");
}

TEST(JsonSchema, NumbersBeyondSixtyFourBits) {
  EXPECT_EQ(wrongs(R"({"type":"integer","minimum":0})", "99999999999999999999"), "");
  EXPECT_EQ(wrongs(R"({"maximum":18446744073709551615})", "99999999999999999999"), "maximum");
  EXPECT_EQ(wrongs(R"({"type":"integer"})", "-99999999999999999999.5"), "type");
  EXPECT_EQ(wrongs(R"({"type":"integer"})", std::string(300, '9')), "");
  EXPECT_EQ(wrongs(R"({"multipleOf":2})", "18446744073709551617"), "multipleOf");
  EXPECT_EQ(wrongs(R"({"multipleOf":3})", "-999999999999999999999"), "");
  EXPECT_EQ(wrongs(R"({"multipleOf":1000000000000000000})", "50000000000000000000000"), "");
  EXPECT_EQ(wrongs(R"({"uniqueItems":true})", "[99999999999999999998,99999999999999999999]"), "");
  EXPECT_EQ(wrongs(R"({"enum":[99999999999999999998]})", "99999999999999999999"), "enum");
  EXPECT_EQ(wrongs(R"({"enum":[1e20]})", "100000000000000000000"), "");
  EXPECT_EQ(wrongs(R"({"type":"integer","maximum":9})", "18446744073709551615"), "maximum");
}

// The largest double is 1.797...e308.
TEST(JsonSchema, NumbersBeyondAllDoublesAreRefused) {
  for (const char* schema : {"{}", R"({"maximum":100})", R"({"enum":[0]})", R"({"minimum":0})"}) {
    for (const std::string& number :
         {"9.99e308"s, "-9.99e308"s, "1.8E+308"s, "17.98e307"s, "0.0018e311"s,
          std::string(309, '9'), '-' + std::string(309, '9'), std::string(309, '9') + ".5"}) {
      EXPECT_EQ(wrongs(schema, number), "malformed") << schema << ' ' << number;
      EXPECT_EQ(wrongs(schema, "{\"a\":[" + number + "]}"), "malformed") << number;
    }
  }
  EXPECT_FALSE(JsonSchema::compile(R"({"maximum":9.99e308})"));
  for (const std::string& number :
       {"1.79e308"s, "179e306"s, '1' + std::string(308, '0'), "0.00179e311"s}) {
    EXPECT_EQ(wrongs(R"({"minimum":1})", number), "") << number;
    EXPECT_EQ(wrongs(R"({"maximum":1})", number), "maximum") << number;
  }
  for (const std::string& number : {"1e-400"s, "-1e-400"s, "9.99e-999999999999"s, "0e308"s,
                                    "0." + std::string(400, '0') + '1', "0.00001e-320"s}) {
    EXPECT_EQ(wrongs(R"({"enum":[0]})", number), "") << number;
  }
}

// --- what would be too much ---

std::string repeated(std::string_view part, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += part;
  return out;
}

TEST(JsonSchema, LargeArraysAreCheckedWhole) {
  const std::string zeros = '[' + repeated("0,", 400'000) + "0]";
  EXPECT_EQ(wrongs(R"({"items":{"type":"integer","minimum":0,"maximum":9}})", zeros), "");
  EXPECT_EQ(wrongs(R"({"uniqueItems":true})", zeros), "uniqueItems [1]");
  std::string different = "[";
  for (int i = 0; i < 100'000; ++i) different += std::to_string(i) + ',';
  EXPECT_EQ(wrongs(R"({"uniqueItems":true})", different + "-1]"), "");
  EXPECT_EQ(wrongs(R"({"uniqueItems":true})", different + "77]"), "uniqueItems [100000]");
}

TEST(JsonSchema, LargeObjects) {
  std::string object = "{";
  for (int i = 0; i < 50'000; ++i) object += "\"k" + std::to_string(i) + "\":1,";
  object += R"("last":2})";
  EXPECT_EQ(wrongs(R"({"required":["k49999","last"],"properties":{"last":{"maximum":1}}})", object),
            "maximum last");
  EXPECT_EQ(wrongs(R"({"patternProperties":{"^k\\d+$":{}},"additionalProperties":false})", object),
            "additionalProperties last");
}

TEST(JsonSchema, LargeEnumerations) {
  std::string schema = R"({"items":{"enum":[)";
  for (int i = 0; i < 1000; ++i) schema += "\"c" + std::to_string(i) + "\",";
  schema += R"("xyz"]}})";
  EXPECT_EQ(wrongs(schema, '[' + repeated("\"xyz\",", 100'000) + "\"xyz\"]"), "");
}

// Names that a schema has are looked for in every object.
TEST(JsonSchema, LookingForNamesIsBounded) {
  std::string names, properties, dependencies, needed, schemas;
  for (int i = 0; i < 1000; ++i) {
    const std::string comma = i == 0 ? "" : ",";
    const std::string name = "\"p" + std::to_string(i) + '"';
    names += comma + name;
    properties += comma + name + R"(:{"type":"string"})";
    needed += comma + name + R"(:["x"])";
    schemas += comma + name + R"(:{"required":["x"]})";
  }
  const std::string objects = '[' + repeated("{},", 100'000) + "{}]";
  for (const std::string& rule :
       {R"("properties":{)" + properties + '}', R"("dependencies":{)" + needed + '}',
        R"("dependencies":{)" + schemas + '}', R"("not":{"required":[)" + names + "]}"}) {
    const JsonSchema schema = compiled(R"({"items":{)" + rule + "}}");
    EXPECT_EQ(wrongs(schema, "[{},{\"x\":1}]"), "") << rule.substr(0, 20);
    EXPECT_EQ(wrongs(schema, objects).substr(0, 6), rule.starts_with("\"not\"") ? "" : "effort")
        << rule.substr(0, 20);
  }
  std::string whole;
  for (int i = 0; i < 1000; ++i) whole += (i == 0 ? "\"p" : ",\"p") + std::to_string(i) + "\":\"\"";
  EXPECT_EQ(wrongs(R"({"properties":{)" + properties + R"(},"required":[)" + names +
                       R"(],"additionalProperties":false})",
                   '{' + whole + '}'),
            "");
  // One that has all but the last for each.
  EXPECT_EQ(wrongs(R"({"items":{"required":[)" + names + "]}}",
                   '[' + repeated('{' + whole.substr(0, whole.rfind(',')) + "},", 50) + "{}]")
                .substr(0, 13),
            "required [0].");
}

// 2^14 schemas for each element, of which no more are tried than the input is worth.
TEST(JsonSchema, FanOutIsBounded) {
  std::string schema = R"({"definitions":{"d0":{"type":"string"})";
  for (int i = 1; i < 15; ++i) {
    const std::string ref = R"({"$ref":"#/definitions/d)" + std::to_string(i - 1) + "\"}";
    schema += ",\"d" + std::to_string(i) + R"(":{"allOf":[)" + ref + ',' + ref + "]}";
  }
  schema += R"(},"items":{"$ref":"#/definitions/d14"}})";
  EXPECT_EQ(wrongs(schema, R"(["a"])"), "");
  EXPECT_EQ(wrongs(schema, '[' + repeated("\"a\",", 1000) + "\"a\"]").substr(0, 6), "effort");
}

// Objects whose members are looked for in one another, in the worst order.
TEST(JsonSchema, ComparingObjectsIsBounded) {
  std::string forth, back;
  for (int i = 0; i < 20'000; ++i) {
    const std::string member = "\"" + std::to_string(i) + "\":0";
    forth += (i == 0 ? "" : ",") + member;
    back = member + (i == 0 ? "" : ",") + back;
  }
  const std::string both = "[{" + forth + "},{" + back + "}]";
  EXPECT_EQ(wrongs(R"({"uniqueItems":true})", both).substr(0, 11), "uniqueItems");
}

}  // namespace
}  // namespace dataaction
