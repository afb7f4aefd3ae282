// Data Actions as dataactionctl reads, compares, judges and writes them.

#include <gtest/gtest.h>

#include "sidecar/ctl/action_definition.h"
#include "sidecar/ctl/action_difference.h"
#include "sidecar/ctl/action_file.h"
#include "sidecar/ctl/action_test_report.h"
#include "sidecar/ctl/action_warnings.h"
#include "sidecar/ctl/parameters.h"
#include "sidecar/ctl/pretty_json.h"
#include "sidecar/ctl/schema_size.h"
#include "sidecar/ctl/tutorial_action.h"
#include "tests/sidecar/scratch.h"

namespace dataaction {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kAction = R"({"id":"i","integrationId":"n","name":"N","category":"C",
  "secure":false,"version":3,"selfUri":"/x",
  "contract":{"input":{"inputSchema":{"type":"object","properties":{"a":{"type":"string"}}}},
              "output":{"successSchema":{"type":"object","properties":{"b":{"type":"integer"}}}}},
  "config":{"timeoutSeconds":40,
    "request":{"requestUrlTemplate":"https://x.example/","requestType":"POST"}}})";

ActionDefinition action(std::string_view json = kAction) {
  auto read = read_action(json);
  EXPECT_TRUE(read) << read.error();
  return std::move(*read);
}

ActionDefinition with_config(std::string config) {
  ActionDefinition made = action();
  made.config = std::move(config);
  return made;
}

TEST(ActionDefinition, Reads) {
  const ActionDefinition read = action();
  EXPECT_EQ(read.id + read.integration_id + read.name + read.category, "inNC");
  EXPECT_EQ(read.version, 3u);
  EXPECT_EQ(read.input_schema, R"({"type":"object","properties":{"a":{"type":"string"}}})");
  EXPECT_EQ(action(R"({"name":null,"contract":{"input":null}})").name, "");
  for (const char* json : {"", "[]", R"({"name":7})", R"({"config":[]})", R"({"version":"1"})",
                           R"({"contract":{"input":7}})", R"({"secure":"no"})"})
    EXPECT_FALSE(read_action(json)) << json;
}

// It gets into messages, and a terminal obeys more than it shows.
TEST(ActionDefinition, AnIdIsVisible) {
  EXPECT_TRUE(has_good_id(action()));
  for (const char* id : {"", "a b", "\\u001b[2J", "\\u009b2J", "\\u007f", "\u00e4"}) {
    EXPECT_FALSE(has_good_id(action(R"({"id":")" + std::string(id) + "\"}"))) << id;
  }
}

TEST(ActionDefinition, AnExportIsTakenBack) {
  const ActionDefinition read = action();
  const std::string file = export_action(read);
  EXPECT_TRUE(file.contains("\"timeoutSeconds\": 40,\n")) << file;
  EXPECT_TRUE(file.contains("custom-rest-actions"));
  const ActionDefinition again = action(file);
  EXPECT_TRUE(compare_actions(read, again).empty()) << describe(compare_actions(read, again));
  EXPECT_EQ(again.id, "");
  const auto own = with_config(R"({"request":{"requestUrlTemplate":"/api/v2/users"}})");
  EXPECT_TRUE(export_action(own).contains("purecloud-data-actions"));
}

TEST(PrettyJson, EveryKindOfValue) {
  EXPECT_EQ(pretty_json(R"([1.50,-0,1e400,{},[],"a\\\",{}[]:",{"b":[null]}])"),
            "[\n  1.50,\n  -0,\n  1e400,\n  {},\n  [],\n  \"a\\\\\\\",{}[]:\",\n  {\n    \"b\": [\n"
            "      null\n    ]\n  }\n]\n");
  EXPECT_EQ(pretty_json("\"\u009b2J \u00a0\u00c2\""), "\"\\u009b2J \u00a0\u00c2\"\n");
  EXPECT_EQ(pretty_json("7"), "7\n");
  EXPECT_EQ(pretty_json("{}"), "{}\n");
}

TEST(ActionDefinition, Templates) {
  ActionDefinition read = with_config(
      R"({"request":{"requestTemplateUri":"/t","requestType":"GET"},"response":{"successTemplate":"s"}})");
  EXPECT_TRUE(lacks(read, kRequestTemplate));
  EXPECT_FALSE(lacks(read, kSuccessTemplate));
  put(read, kRequestTemplate, "a\"b");
  EXPECT_EQ(
      read.config,
      R"({"response":{"successTemplate":"s"},"request":{"requestType":"GET","requestTemplate":"a\"b"}})");
}

TEST(ActionDifference, MemberByMember) {
  const auto before = with_config(R"({"t":20,"h":{"A":"x"},"l":[1,2],"gone":null,"e":{}})");
  const auto after = with_config(R"({"l":[1,3,4],"t":30,"h":{"A":"x","B":"y"}})");
  EXPECT_EQ(describe(compare_actions(before, after)),
            "~ config.l[1]: 2 -> 3\n+ config.l[2]: 4\n~ config.t: 20 -> 30\n+ config.h.B: \"y\"\n");
  EXPECT_EQ(describe(compare_actions(after, before)),
            "~ config.t: 30 -> 20\n~ config.l[1]: 3 -> 2\n- config.l[2]: 4\n- config.h.B: \"y\"\n");
  EXPECT_TRUE(
      compare_actions(with_config(R"({"a":"\u0041","b":1})"), with_config(R"({"b":1,"a":"A"})"))
          .empty());
}

TEST(ActionDifference, OfAContractEverythingCounts) {
  ActionDefinition other = action();
  other.input_schema = R"({"type":"object","properties":{"a":{"type":"string"},"b":{}}})";
  const auto changes = compare_actions(action(), other);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].member, "contract.input.inputSchema.properties.b");
  EXPECT_TRUE(changes[0].in_contract());
  other = action();
  other.secure = true;
  EXPECT_TRUE(compare_actions(action(), other).at(0).in_contract());
  other = action();
  other.name = "M";
  EXPECT_FALSE(compare_actions(action(), other).at(0).in_contract());
}

TEST(ActionDifference, SecretsAreNotShown) {
  constexpr std::string_view kConfig =
      R"({"request":{"headers":{"X-API-Key":"s3cret","A":"open","X-Token":"${credentials.t}"}},"z":1})";
  EXPECT_EQ(without_open_secrets(kConfig),
            R"x({"request":{"headers":{"X-API-Key":"(not shown)","A":"open",)x"
            R"x("X-Token":"${credentials.t}"}},"z":1})x");
  const std::string text =
      describe(compare_actions(with_config("{}"), with_config(std::string(kConfig))));
  EXPECT_FALSE(text.contains("s3cret")) << text;
  EXPECT_TRUE(text.contains("${credentials.t}"));
  EXPECT_EQ(without_open_secrets(R"({"request":{"headers":["X-API-Key"]}})"),
            R"({"request":{"headers":["X-API-Key"]}})");
}

std::string warned(const ActionDefinition& about, milliseconds deadline = milliseconds(28000)) {
  std::string text;
  for (const std::string& warning : action_warnings(about, deadline)) text += warning + '\n';
  return text;
}

TEST(ActionWarnings, EachHasAReason) {
  EXPECT_EQ(warned(action()), "");
  EXPECT_TRUE(warned(action(), milliseconds(40000)).starts_with("the action waits for 40000 ms"));
  EXPECT_TRUE(warned(with_config("{}")).starts_with("config.timeoutSeconds is not there"));
  for (const char* value : {"0", "61", "-1", "1.5", "\"9\""}) {
    const std::string config = std::string(R"({"timeoutSeconds":)") + value + '}';
    EXPECT_TRUE(warned(with_config(config)).contains("between 1 and 60")) << value;
  }
  const auto url = [](const char* text) {
    return warned(with_config(
        std::string(R"({"timeoutSeconds":60,"request":{"requestUrlTemplate":")") + text + "\"}}"));
  };
  EXPECT_TRUE(url("http://x").contains("no https URL"));
  EXPECT_TRUE(url("HTTP//x").contains("no https URL"));
  EXPECT_EQ(url("/api/v2/users"), "");
  EXPECT_EQ(url("${credentials.url}/x"), "");
}

SchemaSize sized(std::string schema) {
  const auto tree = JsonTree::parse(std::move(schema));
  EXPECT_TRUE(tree);
  return size_of_schema(*tree);
}

TEST(SchemaSize, WhatBoundsIt) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(sized(R"({"properties":{"a":{"type":"string"},"b":{"type":"integer"},
                     "c":{"type":"string","format":"date"},"d":{"enum":["x"]},
                     "e":{"type":["null","string"]},"f":{"$ref":"#/x"}}})")
                .unbounded,
            Names({"a", "e"}));
  EXPECT_EQ(sized(R"({"type":"array","items":{"properties":{"a":{"type":"array","maxItems":2,
                     "items":{"type":"string"}}}}})")
                .unbounded,
            Names({"", "[].a[]"}));
  // Once for the array, and once for what is in it.
  EXPECT_EQ(sized(R"({"properties":{"a":{"type":"array","items":{"type":"array",
                     "items":{"type":"string"}}}}})")
                .unbounded,
            Names({"a", "a[]", "a[][]"}));
  EXPECT_EQ(
      sized(R"({"type":"array","maxItems":10,"items":{"type":"string","maxLength":8}})").bytes,
      10u * (8 * 6 + 2 + 1));
  EXPECT_GT(sized(R"({"type":"array","maxItems":9999999999999999,"items":{"type":"array","maxItems":
                     9999999999999999,"items":{"type":"string","maxLength":9999999999999999}}})")
                .bytes,
            uint64_t{1} << 39);
}

TEST(SchemaSize, Levels) {
  std::string schema = R"({"type":"string"})";
  for (int level = 0; level < 60; ++level) schema = R"({"type":"array","items":)" + schema + '}';
  EXPECT_EQ(sized(schema).levels, 60u);
  EXPECT_EQ(sized(R"({"properties":{"a":{"type":"object"}}})").levels, 2u);
  EXPECT_EQ(sized("{}").levels, 0u);
  EXPECT_EQ(sized("[]").levels, 0u);
}

TEST(TutorialAction, Body) {
  EXPECT_EQ(*tutorial_action(action()),
            R"({"name":"N","description":"C","method":"POST","url":"https://x.example/","inputs":)"
            R"([{"name":"a","type":"string","description":""}],"outputs":)"
            R"([{"name":"b","type":"integer","description":""}],"timeout":40000})");
  EXPECT_FALSE(tutorial_action(with_config("{}")));
  EXPECT_FALSE(tutorial_action(with_config(
      R"({"request":{"requestUrlTemplate":"https://x/${input.a}","requestType":"GET"}})")));
}

TEST(TestReport, Reads) {
  const auto report = read_test_report(
      R"({"operations":[{"step":1,"name":"resolve","success":true,"result":{"a":1}},
          {"step":2,"success":false,"error":{"message":"no\nway","code":"x"}}],
          "error":"all","finalResult":{"b":[]},"success":false})");
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->success);
  EXPECT_EQ(report->text,
            "ok      1 resolve\n        {\"a\":1}\nFAILED  2: no way\nerror   all\n"
            "result  {\n  \"b\": []\n}\n");
  EXPECT_TRUE(read_test_report(R"({"success":true,"operations":7})")->success);
  for (const char* json : {"", "{}", "[]", R"({"success":null})"})
    EXPECT_FALSE(read_test_report(json)) << json;
}

TEST(Parameters, OfAType) {
  const auto type_of = [](std::string_view name) { return std::string(name); };
  const auto made = [&](const char* word) { return make_parameters({word}, type_of); };
  EXPECT_EQ(made("string=7"), R"({"string":"7"})");
  EXPECT_EQ(made("string=\"7\""), R"({"string":"\"7\""})");
  EXPECT_EQ(made("integer=-7"), R"({"integer":-7})");
  EXPECT_EQ(made("number=7.5e1"), R"({"number":7.5e1})");
  EXPECT_EQ(made("boolean=true"), R"({"boolean":true})");
  EXPECT_EQ(made("array=[ 1 ]"), R"({"array":[1]})");
  EXPECT_EQ(made("object={}"), R"({"object":{}})");
  EXPECT_EQ(made("null=null"), R"({"null":null})");
  for (const char* word : {"integer=7.5", "integer=x", "integer=", "number=\"7\"", "boolean=1",
                           "array={}", "object=[]", "null=0"})
    EXPECT_FALSE(made(word)) << word;
  EXPECT_EQ(made("integer=x").error(), "the parameter \"integer=x\" is not of type integer");
}

TEST(ActionFile, WhereItIsWrong) {
  const Scratch scratch;
  const auto file = read_action_file(scratch.write("good", std::string(kAction)));
  ASSERT_TRUE(file) << file.error();
  EXPECT_EQ(file->action.id, "");
  EXPECT_EQ(input_types(file->contract)("a"), "string");
  EXPECT_EQ(input_types(file->contract)("z"), "");
  EXPECT_EQ(input_mistakes(file->contract, R"({"a":7})"),
            "the input is not what the contract says: a (type)");
  EXPECT_EQ(input_mistakes(file->contract, R"({"a":"7"})"), "");
  const std::string bad = scratch.write("bad", "{\n\"name\": 7,\n}");
  EXPECT_TRUE(read_action_file(bad).error().starts_with(bad + ":3: "));
  EXPECT_FALSE(read_action_file(scratch.path("none")));
}

}  // namespace
}  // namespace dataaction
