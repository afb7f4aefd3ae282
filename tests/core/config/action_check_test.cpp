#include "core/config/action_check.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/core/config/action_lines.h"

namespace dataaction {
namespace {

constexpr std::string_view kContract = R"({
  "name": "Fetch Post",
  "category": "Posts",
  "contract": {
    "input": {"inputSchema": {
      "type": "object",
      "properties": {
        "user_id": {"type": "integer"},
        "address": {"type": "object", "properties": {"city": {"type": "string"}}}
      }
    }},
    "output": {"successSchema": {
      "type": "object",
      "required": ["id", "title"],
      "properties": {
        "id": {"type": "integer"},
        "title": {"type": "string"},
        "tags": {"type": "array"},
        "address": {"type": "object", "properties": {"city": {"type": "string"}}},
        "status": {"type": "integer"},
        "any": {}
      }
    }}
  }
}
)";

std::string replaced(std::string_view from, std::string_view to) {
  std::string text(kContract);
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

// `lines` begin at line 2, `request` is at line 3.
ActionConfig action_with(const std::string& lines,
                         const std::string& request = "request POST https://api.example/;") {
  Config config =
      config_of("action a { contract c; " + lines + "\n" + request + "\n} state_path /s;");
  EXPECT_EQ(config.actions.size(), 1u);
  return config.actions.empty() ? ActionConfig() : std::move(config.actions[0]);
}

std::string problem(ActionConfig action, std::string_view contract = kContract) {
  const auto read = read_contract(contract, "/c/post.json", action);
  return read ? "" : describe(read.error());
}

std::string problem(const std::string& lines) {
  const std::string title = lines.contains("output title") ? "" : "output title $.title; ";
  return problem(action_with("output id $.id 0; " + title + lines));
}

TEST(ReadContract, GivesTheContract) {
  ActionConfig action = action_with("output id $.id 0; output title $.title;");
  const auto contract = read_contract(kContract, "/c/post.json", action);
  ASSERT_TRUE(contract) << describe(contract.error());
  EXPECT_EQ(contract->name(), "Fetch Post");
  EXPECT_EQ(contract->input().check(R"({"user_id":"x"})").size(), 1u);
}

TEST(ReadContract, GivesTheOutputsTheirTypes) {
  ActionConfig action =
      action_with("output id 7; output title 7; output any 7; output address.city $.c 1;");
  ASSERT_TRUE(read_contract(kContract, "/c/post.json", action));
  EXPECT_EQ(action.outputs.write({}), R"({"id":7,"title":"7","any":7,"address":{"city":"1"}})");
}

TEST(ReadContract, FieldsAreThoseOfTheInput) {
  EXPECT_EQ(problem("header X '${user_id} ${address.city}';"), "");
  EXPECT_EQ(problem("body '${*}';"), "");
  EXPECT_EQ(problem("header X '${userid}';"),
            "unknown field \"userid\" in \"header\" directive: the contract's input has none in "
            "/c/main.conf:2");
  EXPECT_EQ(problem("header X '${user_id}';\nheader Y '${address.street}';"),
            "unknown field \"address.street\" in \"header\" directive: the contract's input has "
            "none in /c/main.conf:3");
  EXPECT_EQ(problem("\n\nbody '{\"a\": ${user_id}, \"b\": \"${c}\"}';"),
            "unknown field \"c\" in \"body\" directive: the contract's input has none in "
            "/c/main.conf:4");
  EXPECT_EQ(problem("\nidempotency_key '${user_id}-${nonce}' 1m;"),
            "unknown field \"nonce\" in \"idempotency_key\" directive: the contract's input has "
            "none in /c/main.conf:3");
  EXPECT_EQ(problem(action_with("output id $.id;", "request GET 'https://b/${x}?y=${z}';")),
            "unknown field \"x\" in \"request\" directive: the contract's input has none in "
            "/c/main.conf:3");
}

TEST(ReadContract, ObjectsAndArraysStandInAJsonBodyAlone) {
  EXPECT_EQ(problem("body '{\"a\": ${address}}';"), "");
  EXPECT_EQ(
      problem("\nheader X 'a ${address}';"),
      "field \"address\" in \"header\" directive is an object by the contract: it can stand in "
      "a JSON body alone in /c/main.conf:3");
  EXPECT_EQ(
      problem("\nidempotency_key '${address}' 1m;"),
      "field \"address\" in \"idempotency_key\" directive is an object by the contract: it can "
      "stand in a JSON body alone in /c/main.conf:3");
  const std::string tags =
      replaced("\"user_id\": {\"type\": \"integer\"}", "\"user_id\": {\"type\": \"array\"}");
  EXPECT_EQ(
      problem(action_with("output id $.id; output title $.title;",
                          "request GET 'https://b/?y=${user_id}';"),
              tags),
      "field \"user_id\" in \"request\" directive is an array by the contract: it can stand in "
      "a JSON body alone in /c/main.conf:3");
}

TEST(ReadContract, OutputsAreThoseThatTheContractAllows) {
  const std::string closed =
      replaced("\"required\": [\"id\", \"title\"],",
               "\"required\": [\"id\", \"title\"], \"additionalProperties\": false,");
  const std::string good = "output id $.id; output title $.title; ";
  EXPECT_EQ(problem(action_with(good + "output tags[] $.t[*]; output address.city $.c;"), closed),
            "");
  EXPECT_EQ(problem(action_with(good + "\noutput tilte $.title;"), closed),
            "unknown output \"tilte\": the contract has none, and allows no others in "
            "/c/main.conf:3");
  EXPECT_EQ(problem(action_with(good + "\noutput tilte $.title;")), "") << "an open one takes it";
}

TEST(ReadContract, AlsoInObjectsAndElements) {
  const auto closed = [](const std::string& lines) {
    return problem(action_with("output id $.id; output title $.title;\n" + lines),
                   replaced(R"("tags": {"type": "array"})",
                            R"("tags": {"type": "array", "items": {"type": "object",
                               "properties": {"name": {}}, "additionalProperties": false}},
                               "o": {"properties": {"name": {}}, "additionalProperties": false})"));
  };
  EXPECT_EQ(closed("output tags[] $.t[*]; output tags[].name @.n; output o.name $.n;"), "");
  EXPECT_EQ(closed("output tags[] $.t[*];\noutput tags[].nmae @.n;"),
            "unknown output \"tags[].nmae\": the contract has none, and allows no others in "
            "/c/main.conf:4");
  EXPECT_EQ(closed("output o.nmae.x $.n;"),
            "unknown output \"o.nmae.x\": the contract has none, and allows no others in "
            "/c/main.conf:3");
}

TEST(ReadContract, ElementsWithMembersAreObjects) {
  const auto of_strings = [](const std::string& lines) {
    return problem(action_with("output id $.id; output title $.title;\n" + lines),
                   replaced(R"("tags": {"type": "array"})",
                            R"("tags": {"type": "array", "items": {"type": "string"}})"));
  };
  EXPECT_EQ(of_strings("output tags[] $.t[*];"), "") << "what the API has there is not known";
  EXPECT_EQ(of_strings("output tags[] $.t[*]; output tags[].name @.n;"),
            "invalid \"output\" directive: the elements of \"tags[]\" have members, and are no "
            "objects, as the schema has it in /c/main.conf:3");
}

// Nothing is refused that one of the schema's alternatives allows.
TEST(ReadContract, AnAlternativeIsNotTheTypeOfAll) {
  const auto with_tags = [](const std::string& lines, const std::string& tags) {
    return problem(action_with("output id $.id; output title $.title;\n" + lines),
                   replaced(R"("tags": {"type": "array"})", "\"tags\": " + tags));
  };
  const std::string either =
      R"({"anyOf":[{"type":"string"},{"properties":{"text":{"type":"string"}}}]})";
  EXPECT_EQ(
      with_tags("output tags[] $.r[*]; output tags[].text @.t;", R"({"items":)" + either + "}"),
      "");
  EXPECT_EQ(with_tags("output tags.text $.t;", either), "");
  EXPECT_EQ(with_tags("output tags[] $.t[*];", either), "");
  EXPECT_EQ(with_tags("output tags $.t[*];", either), "");
  EXPECT_EQ(with_tags("output tags $.t[*];", R"({"anyOf":[{"type":"string"},{"type":"string"}]})"),
            "invalid \"output\" directive: of \"tags\" \"$.t[*]\" can find several values, which "
            "make an array, and the schema wants a string in /c/main.conf:3");
}

TEST(ReadContract, AnAlternativeSaysHowTextsAreRead) {
  ActionConfig action = action_with("output id 7; output title 7; output tags 7;");
  ASSERT_TRUE(read_contract(replaced(R"("tags": {"type": "array"})",
                                     R"("tags": {"anyOf":[{"type":"string"},{"minimum":8}]})"),
                            "/c/post.json", action));
  EXPECT_EQ(action.outputs.write({}), R"({"id":7,"title":"7","tags":"7"})");
}

// Type or not: what the configuration says by itself can be held against all of the schema.
TEST(ReadContract, DefaultsAndConstantsFitWhatElseIsSaid) {
  const auto limited = [](const std::string& lines, std::string_view more = "") {
    const std::string contract = R"({"name":"a","category":"c","contract":{
        "input":{"inputSchema":{}},"output":{"successSchema":{"properties":{
          "kind":{"enum":["a","b"]}, "short":{"type":"string","maxLength":2},
          "list":{"type":"array","items":{"type":"string"}},
          "o":{"type":"object","properties":{"n":{"type":"integer","minimum":1},"m":{}},
               "required":["n","m"]},
          "rows":{"type":"array","items":{"properties":{"kind":{"enum":["a"]}}}}})" +
                                 std::string(more) + "}}}}";
    return problem(action_with(lines), contract);
  };
  EXPECT_EQ(limited("output kind a; output short $.s ab; output list $.l [\"x\"]; output o.n 1;"
                    "output rows[] $.r[*]; output rows[].kind a; output other anything;"),
            "");
  const auto against = [](const std::string& name, const std::string& rule) {
    return "the constant or default of output \"" + name +
           "\" does not fit the contract: it is against \"" + rule + "\" in /c/main.conf:3";
  };
  EXPECT_EQ(limited("\noutput kind c;"), against("kind", "enum"));
  EXPECT_EQ(limited("\noutput kind $.kind '';"), against("kind", "enum"));
  EXPECT_EQ(limited("output kind a;\noutput short $.s abc;"), against("short", "maxLength"));
  EXPECT_EQ(limited("\noutput list $.l '[\"x\",7]';"), against("list[1]", "type"));
  EXPECT_EQ(limited("output o.m 1;\noutput o.n $.n 0;"), against("o.n", "minimum"));
  EXPECT_EQ(limited("output rows[] $.r[*];\noutput rows[].kind b;"),
            against("rows[0].kind", "enum"));
  // Another member may decide.
  constexpr std::string_view k07 = R"(,"$schema":"http://json-schema.org/draft-07/schema#")";
  EXPECT_EQ(limited("output kind c;", std::string(k07) + R"(,"if":{},"then":{})"), "");
  // Nothing does by that name alone, or where the draft has no conditions.
  EXPECT_EQ(limited("\noutput kind c;", std::string(k07) + R"(,"default":{"if":1})"),
            against("kind", "enum"));
  EXPECT_EQ(limited("\noutput kind c;", R"(,"if":{},"then":{})"), against("kind", "enum"));
}

TEST(ReadContract, ConditionsDecideNothingOfOtherNames) {
  const auto closed = [](const std::string& lines, std::string_view input, std::string_view more) {
    return problem(action_with("output id $.id;\n" + lines),
                   R"({"name":"a","category":"c","contract":{"input":{"inputSchema":)" +
                       std::string(input) + R"(},"output":{"successSchema":{
                         "$schema":"http://json-schema.org/draft-07/schema#",
                         "properties":{"id":{},"kind":{"enum":["a"]},"size":{}})" +
                       std::string(more) + "}}}}");
  };
  constexpr std::string_view kUnknown =
      "unknown output \"kidn\": the contract has none, and allows no others in /c/main.conf:3";
  constexpr std::string_view kClosed = R"(,"additionalProperties":false)";
  constexpr std::string_view kCondition =
      R"(,"additionalProperties":false,"if":{"required":["id"]},"then":{"required":["kind"]})";
  EXPECT_EQ(closed("output kidn $.k;", "{}", kCondition), kUnknown);
  // One in the input says nothing of outputs.
  constexpr std::string_view kInput =
      R"({"$schema":"http://json-schema.org/draft-07/schema#","if":{},"then":{}})";
  EXPECT_EQ(closed("output kidn $.k;", kInput, kClosed), kUnknown);
  EXPECT_EQ(closed("output kind b;", kInput, kClosed),
            "the constant or default of output \"kind\" does not fit the contract: it is against "
            "\"enum\" in /c/main.conf:3");
  // What only one side of a condition closes is open on the other.
  EXPECT_EQ(closed("output kind $.k; output size $.s;", "{}",
                   R"(,"if":{"properties":{"kind":{"const":"a"}}},
                       "then":{"properties":{"id":{},"kind":{}},"additionalProperties":false})"),
            "");
}

TEST(ReadContract, AnOpenInputHasEveryField) {
  const std::string open = replaced(R"("properties": {
        "user_id": {"type": "integer"},
        "address": {"type": "object", "properties": {"city": {"type": "string"}}}
      })",
                                    R"("description": "anything")");
  EXPECT_EQ(
      problem(action_with("output id $.id; output title t; header X '${whatever.it.is}';"), open),
      "");
}

TEST(ReadContract, DefaultsAndConstantsFit) {
  EXPECT_EQ(problem("output title $.title 7; output tags $.tags [];"), "");
  EXPECT_EQ(problem(action_with("\noutput id $.id none;")),
            "invalid \"output\" directive: of \"id\" the default \"none\" is not an integer in "
            "/c/main.conf:3");
  EXPECT_EQ(problem(action_with("output id $.id 1.5;")),
            "invalid \"output\" directive: of \"id\" the default \"1.5\" is not an integer in "
            "/c/main.conf:2");
  EXPECT_EQ(problem("\noutput status seven;"),
            "invalid \"output\" directive: of \"status\" the constant \"seven\" is not an integer "
            "in /c/main.conf:3");
  EXPECT_EQ(problem("\n\noutput tags $.tags '{}';"),
            "invalid \"output\" directive: of \"tags\" the default \"{}\" is not an array in "
            "/c/main.conf:4");
}

TEST(ReadContract, SourcesFit) {
  EXPECT_EQ(problem("output status $status;"), "");
  EXPECT_EQ(problem("output tags $.tags[*];"), "");
  EXPECT_EQ(problem("\noutput title $.titles[*];"),
            "invalid \"output\" directive: of \"title\" \"$.titles[*]\" can find several values, "
            "which make an array, and the schema wants a string in /c/main.conf:3");
  EXPECT_EQ(problem("\noutput tags $status;"),
            "invalid \"output\" directive: of \"tags\" \"$status\" is an integer, and the schema "
            "wants an array in /c/main.conf:3");
  EXPECT_EQ(problem("\noutput title.part $.x;"),
            "invalid \"output\" directive: \"title\" is no object, as the schema has it in "
            "/c/main.conf:3");
  EXPECT_EQ(problem("\noutput tags[].name @.name;"),
            "invalid \"output\" directive: there is no output \"tags[]\", which would say what "
            "its elements are made of in /c/main.conf:3");
}

TEST(ReadContract, WhatIsRequiredIsMade) {
  EXPECT_EQ(problem(action_with("output id $.id;")),
            "action \"a\" has no output \"title\", which the contract requires in /c/main.conf:2");
  EXPECT_EQ(problem(action_with("output title $.title; output address.city $.id;")),
            "action \"a\" has no output \"id\", which the contract requires in /c/main.conf:2");
  EXPECT_EQ(problem(action_with("output id $.id; output title $.title;")), "");
}

TEST(ReadContract, AnAnswerToEveryFailureNeedsDefaults) {
  EXPECT_EQ(problem(action_with("output id $.id 0; output title $.title none; on_error 200;")), "");
  EXPECT_EQ(problem(action_with("output id $status; output title fixed; on_error 200;")), "");
  EXPECT_EQ(problem(action_with("output id $.id; output title $.title none;\non_error 200;")),
            "\"on_error 200\" needs a default for output \"id\", which the contract requires in "
            "/c/main.conf:3");
  EXPECT_EQ(problem(action_with("output id $.id 0; output title $.title;\non_error 200;")),
            "\"on_error 200\" needs a default for output \"title\", which the contract requires "
            "in /c/main.conf:3");
  // What is there after a failure only, or after an answer only, is not always there.
  EXPECT_EQ(problem(action_with("output id 1; output title $error_message;\non_error 200;")),
            "\"on_error 200\" needs a default for output \"title\", which the contract requires "
            "in /c/main.conf:3");
  EXPECT_EQ(problem(action_with("output id $upstream_status; output title x;\non_error 200;")),
            "\"on_error 200\" needs a default for output \"id\", which the contract requires in "
            "/c/main.conf:3");
  // What the contract does not require may be missing; and without on_error so may all.
  EXPECT_EQ(problem(action_with("output id 1; output title x; output any $.any; on_error 200;")),
            "");
  EXPECT_EQ(problem(action_with("output id $.id; output title $.title; output any $.any;")), "");
}

TEST(ReadContract, AnAnswerToEveryFailureFits) {
  const auto failing = [](const std::string& lines, std::string_view schema) {
    const std::string contract = R"({"name":"a","category":"c","contract":{
        "input":{"inputSchema":{}},"output":{"successSchema":)" +
                                 std::string(schema) + "}}}";
    return problem(action_with(lines + "\non_error 200;"), contract);
  };
  constexpr std::string_view kEnum =
      R"({"properties":{"n":{"type":"string","enum":["a","b"]}},"required":["n"]})";
  EXPECT_EQ(failing("output n $.n a;", kEnum), "");
  EXPECT_EQ(failing("output n $.n '';", kEnum),
            "\"on_error 200\" does not fit the contract: output \"n\" is against \"enum\" where "
            "the API gave nothing in /c/main.conf:3");
  constexpr std::string_view kInAll =
      R"({"properties":{"n":{"type":"string"}},"allOf":[{"required":["n"]}]})";
  EXPECT_EQ(failing("output n $.n '';", kInAll), "");
  EXPECT_EQ(failing("output n $.n;", kInAll),
            "\"on_error 200\" needs a default for output \"n\", which the contract requires in "
            "/c/main.conf:3");
  constexpr std::string_view kNested = R"({"properties":{"o":{"type":"object","properties":{
      "x":{"type":"string"},"y":{"type":"string"}},"required":["x","y"]}},"required":["o"]})";
  EXPECT_EQ(failing("output o.x $.x ''; output o.y $.y '';", kNested), "");
  EXPECT_EQ(failing("output o.x $.x; output o.y $.y '';", kNested),
            "\"on_error 200\" needs a default for output \"o.x\", which the contract requires in "
            "/c/main.conf:3");
  EXPECT_EQ(failing("output s $status; output c $error_code; output m $error_message;",
                    R"({"properties":{"s":{"type":"integer","minimum":400},"c":{"minLength":1},
                        "m":{"minLength":1}},"required":["s"]})"),
            "");
}

TEST(ReadContract, MistakesInItHaveItsPlaces) {
  const auto in_contract = [](const std::string& text) {
    return problem(action_with("output any $.any;"), text);
  };
  EXPECT_EQ(in_contract(replaced("\"Posts\"", "7")),
            "invalid contract: \"category\" must be a string at \"/category\" in /c/post.json:3");
  EXPECT_EQ(
      in_contract(replaced("\"integer\"", "\"int\"")),
      "invalid contract: there is no type \"int\": null, boolean, integer, number, string, array "
      "and object are at "
      "\"/contract/input/inputSchema/properties/user_id/type\" in /c/post.json:8");
  EXPECT_EQ(in_contract(replaced("\"contract\"", "\"contrakt\"")),
            "invalid contract: \"contract\" is missing in /c/post.json:1");
  EXPECT_EQ(in_contract("[]"),
            "invalid contract: the contract must be an object in /c/post.json:1");
  EXPECT_TRUE(in_contract("{\n\"name\" 7}").starts_with("invalid contract: malformed JSON"));
  EXPECT_TRUE(in_contract("{\n\"name\" 7}").ends_with(" in /c/post.json:2"));
  EXPECT_TRUE(in_contract("").starts_with("invalid contract: malformed JSON"));
}

// Its own mistakes come first: without it nothing can be said of the rest.
TEST(ReadContract, OneMistakeAtATime) {
  EXPECT_EQ(problem(action_with("output id x; header X '${nobody}';"), "{}"),
            "invalid contract: \"contract\" is missing in /c/post.json:1");
}

}  // namespace
}  // namespace dataaction
