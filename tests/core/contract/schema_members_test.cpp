// What a schema says about members: type_of(), certain_type_of(), knows(), required().

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/core/contract/schema_cases.h"

namespace dataaction {
namespace {

constexpr char kSchema[] = R"({
  "type": "object", "required": ["id", "name"],
  "properties": {
    "id": {"type": "integer"}, "name": {"type": ["string"]}, "any": {},
    "several": {"type": ["string", "null"]},
    "address": {"$ref": "#/definitions/address"},
    "tags": {"type": "array", "items": {"type": "string"}},
    "pairs": {"items": [{"type": "number"}, {"type": "number"}]},
    "mixed": {"items": [{"type": "number"}, {"type": "string"}]},
    "grid": {"items": {"items": {"type": "boolean"}}},
    "list": {"type": "array", "items": {"$ref": "#/definitions/address"}},
    "open": {"type": "object"}, "closed": {"type": "object", "additionalProperties": false},
    "map": {"additionalProperties": {"type": "integer"}},
    "self": {"$ref": "#"},
    "combined": {"allOf": [{"properties": {"a": {"type": "null"}}}, {"$ref": "#/definitions/address"}]}},
  "definitions": {"address": {"type": "object", "properties": {"city": {"type": "string"}}}}})";

TEST(SchemaMembers, Types) {
  const JsonSchema schema = compiled(kSchema);
  EXPECT_EQ(schema.type_of("id"), JsonType::kInteger);
  EXPECT_EQ(schema.type_of("name"), JsonType::kString);
  EXPECT_EQ(schema.type_of("any"), std::nullopt);
  EXPECT_EQ(schema.type_of("several"), std::nullopt);
  EXPECT_EQ(schema.type_of("nothing"), std::nullopt);
  EXPECT_EQ(schema.type_of("address"), JsonType::kObject);
  EXPECT_EQ(schema.type_of("address.city"), JsonType::kString);
  EXPECT_EQ(schema.type_of("address.street"), std::nullopt);
  EXPECT_EQ(schema.type_of("tags"), JsonType::kArray);
  EXPECT_EQ(schema.type_of("tags[]"), JsonType::kString);
  EXPECT_EQ(schema.type_of("pairs[]"), JsonType::kNumber);
  EXPECT_EQ(schema.type_of("mixed[]"), std::nullopt);
  EXPECT_EQ(schema.type_of("grid[][]"), JsonType::kBoolean);
  EXPECT_EQ(schema.type_of("list[].city"), JsonType::kString);
  EXPECT_EQ(schema.type_of("map.whatever"), JsonType::kInteger);
  EXPECT_EQ(schema.type_of("self.self.address.city"), JsonType::kString);
  EXPECT_EQ(schema.type_of("combined.a"), JsonType::kNull);
  EXPECT_EQ(schema.type_of("combined.city"), JsonType::kString);
  EXPECT_EQ(schema.type_of(""), JsonType::kObject);
}

TEST(SchemaMembers, CertainTypes) {
  const JsonSchema schema = compiled(kSchema);
  EXPECT_EQ(schema.certain_type_of("id"), JsonType::kInteger);
  EXPECT_EQ(schema.certain_type_of("name"), JsonType::kString);
  EXPECT_EQ(schema.certain_type_of("any"), std::nullopt);
  EXPECT_EQ(schema.certain_type_of("several"), std::nullopt);
  EXPECT_EQ(schema.certain_type_of("nothing"), std::nullopt);
  EXPECT_EQ(schema.certain_type_of("list[].city"), JsonType::kString);
  EXPECT_EQ(schema.certain_type_of("pairs[]"), std::nullopt) << "there may be a third";
  EXPECT_EQ(schema.certain_type_of("map.whatever"), JsonType::kInteger);
  EXPECT_EQ(schema.certain_type_of("self.self.address.city"), JsonType::kString);
  EXPECT_EQ(schema.certain_type_of("closed.x"), std::nullopt);
  EXPECT_EQ(schema.certain_type_of("combined.a"), JsonType::kNull);
}

TEST(SchemaMembers, CertainTypesAreThoseOfAllAlternatives) {
  const auto type_of = [](std::string_view value, std::string_view member = "v") {
    return compiled(R"({"properties":{"v":)" + std::string(value) + "}}").certain_type_of(member);
  };
  EXPECT_EQ(type_of(R"({"anyOf":[{"type":"string"},{"type":"string","minLength":1}]})"),
            JsonType::kString);
  EXPECT_EQ(type_of(R"({"anyOf":[{"type":"string"},{"type":"null"}]})"), std::nullopt);
  EXPECT_EQ(type_of(R"({"anyOf":[{"type":"string"},{"properties":{"x":{}}}]})"), std::nullopt);
  EXPECT_EQ(type_of(R"({"oneOf":[{"type":"string"},{}]})"), std::nullopt);
  EXPECT_EQ(type_of(R"({"type":"string","oneOf":[{"maxLength":1},{}]})"), JsonType::kString);
  EXPECT_EQ(type_of(R"({"allOf":[{"type":["string","null"]},{"type":["null"]}]})"),
            JsonType::kNull);
  EXPECT_EQ(type_of(R"({"type":"number"})"), JsonType::kNumber);
  EXPECT_EQ(type_of(R"({"allOf":[{"type":"number"},{"type":"integer"}]})"), JsonType::kInteger);
  // Where only one of them has the member, so does the other if it is open.
  EXPECT_EQ(type_of(R"({"anyOf":[{"properties":{"x":{"type":"string"}}},{}]})", "v.x"),
            std::nullopt);
  EXPECT_EQ(type_of(R"({"anyOf":[{"properties":{"x":{"type":"string"}}},{"type":"null"},
                                 {"additionalProperties":false}]})",
                    "v.x"),
            JsonType::kString);
  EXPECT_EQ(type_of(R"({"items":[{"type":"null"}],"additionalItems":false})", "v[]"),
            JsonType::kNull);
  EXPECT_EQ(compiled(as_07(R"({"properties":{"v":{"if":{},"then":{"type":"string"}}}})"))
                .certain_type_of("v"),
            std::nullopt);
}

TEST(SchemaMembers, Known) {
  const JsonSchema schema = compiled(kSchema);
  for (const char* known :
       {"id", "any", "any.thing", "any[]", "any[].x", "address.city", "tags[]", "list[].city",
        "open", "open.x", "open.x.y", "map.x", "self.self.id", "combined.a", "combined.city"}) {
    EXPECT_TRUE(schema.knows(known)) << known;
  }
  for (const char* unknown :
       {"x", "address.street", "id.x", "tags[].x", "list[].street", "list.city", "closed.x",
        "map.x.y", "self.x", "combined.b", "open[]"}) {
    EXPECT_FALSE(schema.knows(unknown)) << unknown;
  }
  EXPECT_TRUE(compiled("{}").knows("x"));
  EXPECT_TRUE(compiled(R"({"properties":{}})").knows("x"));
  EXPECT_FALSE(compiled(R"({"type":"string"})").knows("x"));
  EXPECT_TRUE(
      compiled(R"({"patternProperties":{"^x":{}},"additionalProperties":false})").knows("x"));
}

TEST(SchemaMembers, KnownByTheirPattern) {
  const JsonSchema schema = compiled(R"({"properties":{"id":{}},"patternProperties":{
      "^x_":{"type":"string"}, "^o_":{"properties":{"a":{}}}, "^(a+)+$":{}}})");
  for (const char* known : {"id", "x_", "x_a", "o_1", "o_1.a", "aaa"}) {
    EXPECT_TRUE(schema.knows(known)) << known;
  }
  for (const char* unknown : {"y", "a_x_", "x_a.b", "o_1.b", "id.x_a"}) {
    EXPECT_EQ(schema.knows(unknown), std::string_view(unknown) == "id.x_a") << unknown;
  }
  EXPECT_FALSE(schema.knows(std::string(1000, 'a') + '!')) << "what explodes ends";
}

TEST(SchemaMembers, OddNamesDoNoHarm) {
  const JsonSchema schema = compiled(kSchema);
  for (const char* odd : {".", "..", "[]", "[][]", "a..b", "tags[", "tags]", "[]tags", "\xFF"}) {
    EXPECT_EQ(schema.type_of(odd), std::nullopt) << odd;
    schema.knows(odd);
  }
}

TEST(SchemaMembers, Required) {
  EXPECT_EQ(compiled(kSchema).required(), (std::vector<std::string>{"id", "name"}));
  EXPECT_TRUE(compiled("{}").required().empty());
  EXPECT_EQ(
      compiled(R"({"$ref":"#/definitions/a","definitions":{"a":{"required":["x"]}}})").required(),
      std::vector<std::string>{"x"});
  EXPECT_TRUE(compiled(as_07("{}")).required().empty());
}

}  // namespace
}  // namespace dataaction
