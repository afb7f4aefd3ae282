// Each keyword right and wrong, in both drafts where both have it.

#include <gtest/gtest.h>

#include <string>

#include "tests/core/contract/schema_cases.h"

namespace dataaction {
namespace {

struct Case {
  const char* schema;
  const char* right;
  const char* wrong;
  const char* what;
};

constexpr Case kBoth[] = {
    {R"({"type":"null"})", "null", "0", "type"},
    {R"({"type":"boolean"})", "true", "\"true\"", "type"},
    {R"({"type":"integer"})", "12", "\"12\"", "type"},
    {R"({"type":"integer"})", "-9223372036854775808", "1.5", "type"},
    {R"({"type":"integer"})", "18446744073709551615", "null", "type"},
    {R"({"type":"integer"})", "99999999999999999999", "[1]", "type"},
    {R"({"type":"number"})", "1.5", "\"1.5\"", "type"},
    {R"({"type":"number"})", "1", "false", "type"},
    {R"({"type":"string"})", "\"\"", "1", "type"},
    {R"({"type":"array"})", "[]", "{}", "type"},
    {R"({"type":"object"})", "{}", "[]", "type"},
    {R"({"type":["string","null"]})", "null", "1", "type"},
    {R"({"type":["string","null"]})", "\"a\"", "{}", "type"},
    {R"({"enum":["a",1,null]})", "null", "\"b\"", "enum"},
    {R"({"enum":["a",1,null]})", "1.0", "\"1\"", "enum"},
    {R"({"enum":[[1,{"a":1,"b":2}]]})", R"([1,{"b":2,"a":1}])", R"([1,{"b":2}])", "enum"},
    {R"({"enum":[9007199254740993]})", "9007199254740993", "9007199254740992", "enum"},
    {R"({"enum":[false]})", "false", "0", "enum"},
    {R"({"multipleOf":3})", "9", "10", "multipleOf"},
    {R"({"multipleOf":3})", "-9", "1.5", "multipleOf"},
    {R"({"multipleOf":2})", "18446744073709551614", "18446744073709551615", "multipleOf"},
    {R"({"multipleOf":1})", "\"no number\"", "1.5", "multipleOf"},
    {R"({"multipleOf":0.01})", "19.99", "19.995", "multipleOf"},
    {R"({"multipleOf":0.5})", "0", "0.75", "multipleOf"},
    {R"({"multipleOf":2.0})", "4", "5", "multipleOf"},
    {R"({"maximum":3})", "3", "3.5", "maximum"},
    {R"({"maximum":3})", "\"9\"", "4", "maximum"},
    {R"({"maximum":9007199254740992})", "9007199254740992", "9007199254740993", "maximum"},
    {R"({"minimum":3})", "3", "2.5", "minimum"},
    {R"({"minimum":3})", "[]", "-1", "minimum"},
    {R"({"minimum":-9223372036854775808})", "-9223372036854775808", "-1e19", "minimum"},
    {R"({"maxLength":2})", "\"ab\"", "\"abc\"", "maxLength"},
    {R"({"maxLength":2})", "\"\xC3\xA4\xF0\x9F\x98\x80\"", "\"\\u0000ab\"", "maxLength"},
    {R"({"maxLength":2.0})", "123", "\"abc\"", "maxLength"},
    {R"({"minLength":2})", "\"ab\"", "\"\xC3\xA4\"", "minLength"},
    {R"({"minLength":2})", "\"\\u0000a\"", "\"\\u0000\"", "minLength"},
    {R"({"pattern":"^a+$"})", "\"aaa\"", "\"aab\"", "pattern"},
    {R"({"pattern":"b"})", "\"abc\"", "\"ac\"", "pattern"},
    {R"({"pattern":"^a$"})", "7", "\"a\\n\"", "pattern"},
    {R"({"format":"date"})", "\"2024-02-29\"", "\"2023-02-29\"", "format"},
    {R"({"format":"date"})", "20240229", "\"20240229\"", "format"},
    {R"({"maxItems":1})", "[1]", "[1,2]", "maxItems"},
    {R"({"maxItems":1})", "{\"a\":1,\"b\":2}", "[1,2]", "maxItems"},
    {R"({"minItems":1})", "[1]", "[]", "minItems"},
    {R"({"minItems":1})", "\"\"", "[]", "minItems"},
    {R"({"uniqueItems":true})", "[1,2,\"1\",true]", "[1,2,1.0]", "uniqueItems [2]"},
    {R"({"uniqueItems":true})", "[{\"a\":1},{\"a\":2}]", R"([{"a":1,"b":2},{"b":2,"a":1}])",
     "uniqueItems [1]"},
    {R"({"uniqueItems":true})", "[]", "[[],{},[]]", "uniqueItems [2]"},
    {R"({"uniqueItems":true})", "[0,false]", "[0,-0.0]", "uniqueItems [1]"},
    {R"({"items":{"type":"string"}})", "[\"a\",\"b\"]", "[\"a\",1,2]", "type [1]; type [2]"},
    {R"({"items":{"type":"string"}})", "{}", "[null]", "type [0]"},
    {R"({"items":[{"type":"string"},{"type":"null"}]})", "[\"a\"]", "[1,null]", "type [0]"},
    {R"({"items":[{"type":"string"}],"additionalItems":false})", "[\"a\"]", "[\"a\",1]",
     "additionalItems [1]"},
    {R"({"items":[{"type":"string"}],"additionalItems":{"type":"null"}})", "[\"a\",null]",
     "[\"a\",null,1]", "type [2]"},
    {R"({"items":[{"type":"string"}],"additionalItems":true})", "[\"a\",1]", "[1]", "type [0]"},
    {R"({"items":{},"additionalItems":false,"minItems":1})", "[1,2]", "[]", "minItems"},
    {R"({"maxProperties":1})", "{\"a\":1}", "{\"a\":1,\"b\":2}", "maxProperties"},
    {R"({"minProperties":1})", "{\"a\":1}", "{}", "minProperties"},
    {R"({"minProperties":1})", "[]", "{}", "minProperties"},
    {R"({"required":["a","b"]})", R"({"a":null,"b":0})", R"({"c":1})", "required a; required b"},
    {R"({"required":[]})", "{}", "", "malformed"},
    {R"({"properties":{"a":{"type":"string"}}})", R"({"b":1})", R"({"a":1})", "type a"},
    {R"({"properties":{"a":{"properties":{"b":{"required":["c"]}}}}})", R"({"a":{"b":1}})",
     R"({"a":{"b":{}}})", "required a.b.c"},
    {R"({"patternProperties":{"^x":{"type":"null"}}})", R"({"ax":1,"xa":null})", R"({"xa":1})",
     "type xa"},
    {R"({"properties":{"xa":{"minimum":5}},"patternProperties":{"^x":{"maximum":9}}})",
     R"({"xa":6})", R"({"xa":10})", "maximum xa"},
    {R"({"properties":{"a":{}},"patternProperties":{"^x":{}},"additionalProperties":false})",
     R"({"a":1,"x":2})", R"({"a":1,"b":2,"c":3})",
     "additionalProperties b; additionalProperties c"},
    {R"({"properties":{"a":{}},"additionalProperties":{"type":"string"}})", R"({"a":1,"b":"2"})",
     R"({"a":1,"b":2})", "type b"},
    {R"({"additionalProperties":true})", R"({"a":1})", "", "malformed"},
    {R"({"dependencies":{"a":["b","c"]}})", R"({"b":1})", R"({"a":1,"b":1})", "dependencies c"},
    {R"({"dependencies":{"a":{"required":["b"]}}})", R"({"c":1})", R"({"a":1})", "required b"},
    {R"({"allOf":[{"minimum":1},{"maximum":3}]})", "2", "4", "maximum"},
    {R"({"anyOf":[{"type":"string"},{"minimum":3}]})", "\"a\"", "2", "anyOf"},
    {R"({"anyOf":[{"type":"string"},{"minimum":3}]})", "3", "2", "anyOf"},
    {R"({"oneOf":[{"multipleOf":2},{"multipleOf":3}]})", "4", "6", "oneOf"},
    {R"({"oneOf":[{"multipleOf":2},{"multipleOf":3}]})", "9", "5", "oneOf"},
    {R"({"not":{"type":"string"}})", "1", "\"a\"", "not"},
    {R"({"not":{"not":{"type":"string"}}})", "\"a\"", "1", "not"},
    {R"({"$ref":"#/definitions/a","definitions":{"a":{"type":"null"}}})", "null", "1", "type"},
    {R"({"properties":{"a":{"$ref":"#/definitions/x~1y%25"}},
         "definitions":{"x/y%":{"type":"null"}}})",
     R"({"a":null})", R"({"a":1})", "type a"},
    // What stands beside a reference means nothing.
    {R"({"items":{"$ref":"#/definitions/a","maximum":1},"definitions":{"a":{"type":"integer"}}})",
     "[5]", "[5.5]", "type [0]"},
};

constexpr Case k07[] = {
    {R"({"type":"integer"})", "1.0", "1.5", "type"},
    {R"({"type":"integer"})", "1e2", "1e-2", "type"},
    {R"({"exclusiveMaximum":3})", "2.9", "3", "exclusiveMaximum"},
    {R"({"exclusiveMinimum":3})", "3.1", "3", "exclusiveMinimum"},
    {R"({"exclusiveMaximum":3,"maximum":9})", "2", "3", "exclusiveMaximum"},
    {R"({"const":{"a":[1]}})", R"({"a":[1.0]})", R"({"a":[2]})", "const"},
    {R"({"const":null})", "null", "0", "const"},
    {R"({"contains":{"type":"null"}})", "[1,null]", "[1]", "contains"},
    {R"({"contains":{"type":"null"}})", "{}", "[]", "contains"},
    {R"({"propertyNames":{"maxLength":2}})", R"({"ab":1})", R"({"abc":1,"d":1})",
     "propertyNames abc"},
    {R"({"definitions":{"a":{"propertyNames":{"pattern":"^x"}}},
         "properties":{"x":{"$ref":"#/definitions/a"}}})",
     R"({"x":{"xa":1}})", R"({"x":{"a":1}})", "propertyNames x.a"},
    {R"({"if":{"type":"string"},"then":{"minLength":2},"else":{"minimum":2}})", "\"ab\"", "\"a\"",
     "minLength"},
    {R"({"if":{"type":"string"},"then":{"minLength":2},"else":{"minimum":2}})", "2", "1",
     "minimum"},
    {R"({"if":{"type":"string"},"else":false})", "\"\"", "1", "false"},
    {R"({"then":{"type":"string"},"minimum":1})", "1", "0", "minimum"},
    {R"({"properties":{"a":false,"b":true}})", R"({"b":1})", R"({"a":1})", "false a"},
    {R"({"items":false})", "[]", "[1]", "false [0]"},
    {R"({"items":[true,false]})", "[1]", "[1,2]", "false [1]"},
    {R"({"dependencies":{"a":false}})", R"({"b":1})", R"({"a":1})", "false"},
    {R"({"additionalProperties":{"not":true}})", "{}", R"({"a":1})", "not a"},
};

constexpr Case k04[] = {
    {R"({"type":"integer"})", "1", "1.0", "type"},
    {R"({"type":"integer"})", "123456789012345678901", "1e2", "type"},
    {R"({"maximum":3,"exclusiveMaximum":true})", "2.9", "3", "exclusiveMaximum"},
    {R"({"maximum":3,"exclusiveMaximum":false})", "3", "4", "maximum"},
    {R"({"minimum":3,"exclusiveMinimum":true})", "3.1", "3", "exclusiveMinimum"},
    // Keywords of draft-07 mean nothing.
    {R"({"const":1,"contains":{"type":"null"},"propertyNames":{"maxLength":0},"minItems":1})",
     "[2]", "[]", "minItems"},
    {R"({"if":{},"then":{"type":"null"},"type":"string"})", "\"a\"", "1", "type"},
};

void expect(const Case& one, const std::string& schema) {
  EXPECT_EQ(wrongs(schema, one.right), "") << schema << " " << one.right;
  EXPECT_EQ(wrongs(schema, one.wrong), one.what) << schema << " " << one.wrong;
}

TEST(Keyword, OfBothDrafts) {
  for (const Case& one : kBoth) {
    expect(one, one.schema);
    expect(one, as_07(one.schema));
  }
}

TEST(Keyword, OfDraft07) {
  for (const Case& one : k07) expect(one, as_07(one.schema));
}

TEST(Keyword, OfDraft04) {
  for (const Case& one : k04) expect(one, one.schema);
}

TEST(Keyword, UnknownOnesPass) {
  EXPECT_EQ(wrongs(R"({"frobnicate":7,"$ref2":"#","default":1,"examples":"x"})", "1"), "");
}

}  // namespace
}  // namespace dataaction
