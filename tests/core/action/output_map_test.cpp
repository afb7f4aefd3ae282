#include "core/action/output_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/core/action/template_input.h"

namespace dataaction {
namespace {

using testing::HasSubstr;

struct Output {
  const char* name;
  const char* value;
  std::optional<std::string_view> fallback = {};
};
using Types = std::map<std::string, JsonType, std::less<>>;

// What a type is said of has it for certain.
std::expected<void, OutputProblem> bind(OutputMap& map, const Types& types) {
  const auto type_of = [&types](std::string_view name) -> std::optional<JsonType> {
    const auto found = types.find(name);
    return found == types.end() ? std::nullopt : std::optional(found->second);
  };
  return map.bind(type_of, type_of);
}

OutputMap map_of(const std::vector<Output>& outputs, const Types& types = {}) {
  OutputMap map;
  for (const Output& output : outputs) {
    const auto added = map.add(output.name, output.value, output.fallback);
    EXPECT_TRUE(added.has_value()) << output.name << ": " << added.error();
  }
  const auto bound = bind(map, types);
  EXPECT_TRUE(bound.has_value()) << bound.error().message;
  EXPECT_EQ(map.size(), outputs.size());
  return map;
}

std::string written(const OutputMap& map, const ActionFacts& facts) {
  const auto out = map.write(facts);
  if (!out) return out.error();
  EXPECT_TRUE(JsonTree::parse(*out).has_value()) << *out;
  return *out;
}
std::string written(const OutputMap& map, const JsonTree& document) {
  return written(map, ActionFacts{.document = &document});
}

std::string add_refusal(const std::vector<Output>& outputs) {
  OutputMap map;
  for (const Output& output : outputs) {
    const auto added = map.add(output.name, output.value, output.fallback);
    if (!added) return added.error();
  }
  return "";
}
// "index: message"
std::string bind_refusal(const std::vector<Output>& outputs, const Types& types) {
  OutputMap map;
  for (const Output& output : outputs) {
    const auto added = map.add(output.name, output.value, output.fallback);
    EXPECT_TRUE(added.has_value()) << output.name << ": " << added.error();
  }
  const auto bound = bind(map, types);
  return bound ? "" : std::to_string(bound.error().index) + ": " + bound.error().message;
}

TEST(OutputMap, CopiesValuesAsTheyAreWritten) {
  const std::string number(400, '7');
  const JsonTree document = input_of(R"({"id": )" + number + R"(, "f": 1.50e+3, "s": "a\u00e4\/\n",
      "o": { "x" : [ 1,  2 ] }, "n": null, "t": true})");
  const OutputMap map = map_of({{"z", "$.id"},
                                {"f", "$.f"},
                                {"s", "$.s"},
                                {"a", "$.o"},
                                {"n", "$.n", "1"},
                                {"t", "$['t']", "false"},
                                {"gone", "$.gone"}});
  EXPECT_EQ(
      written(map, document),
      R"({"z":)" + number + R"(,"f":1.50e+3,"s":"a\u00e4\/\n","a":{"x":[1,2]},"n":null,"t":true})");
}

TEST(OutputMap, GivesArraysOfWhatSeveralAre) {
  const JsonTree document = input_of(R"({"tags":[{"n":"a"},{"n":"b"},{}],"one":[7]})");
  const OutputMap map = map_of({{"all", "$.tags[*].n"},
                                {"none", "$.tags[*].x"},
                                {"fallback", "$.tags[*].x", "[0]"},
                                {"twice", "$.one[0,0]"},
                                {"last", "$.one[-1]"}});
  EXPECT_EQ(written(map, document),
            R"({"all":["a","b"],"none":[],"fallback":[0],"twice":[7,7],"last":7})");
  EXPECT_EQ(written(map, ActionFacts{}), R"({"fallback":[0]})");
}

TEST(OutputMap, KnowsHowTheCallWent) {
  const OutputMap map = map_of(
      {{"status", "$status"},
       {"upstream", "$upstream_status"},
       {"code", "$error_code", ""},
       {"message", "$error_message"},
       {"total", "$upstream_http_x_total_count", "-1"},
       {"etag", "$upstream_http_etag"},
       {"text", "$upstream_http_n"}},
      {{"code", JsonType::kString}, {"total", JsonType::kInteger}, {"status", JsonType::kInteger}});
  ActionFacts facts;
  facts.status = 504;
  facts.error_code = "dataaction.deadline";
  facts.error_message = "too \"late\"";
  EXPECT_EQ(written(map, facts), R"({"status":504,"code":"dataaction.deadline",)"
                                 R"("message":"too \"late\"","total":-1})");
  facts = {};
  facts.upstream_status = 404;
  facts.upstream_header = [](std::string_view name) -> std::optional<std::string_view> {
    for (const auto& [header, value] :
         {std::pair{"X-Total-Count", "120"}, {"ETag", "\"1\xFF\""}, {"N", "17"}}) {
      if (names_header(name, header)) return value;
    }
    return std::nullopt;
  };
  EXPECT_EQ(written(map, facts),
            "{\"status\":200,\"upstream\":404,\"code\":\"\",\"total\":120,"
            "\"etag\":\"\\\"1\xEF\xBF\xBD\\\"\",\"text\":\"17\"}");
  facts.upstream_header = [](std::string_view) { return "many"; };
  EXPECT_THAT(written(map, facts), HasSubstr(R"("total":-1,"etag":"many")"));
}

TEST(OutputMap, WritesAStatusAsTheSchemaHasIt) {
  const Types types = {{"a", JsonType::kString}, {"b", JsonType::kNumber}};
  const OutputMap map = map_of({{"a", "$status"}, {"b", "$upstream_status"}}, types);
  EXPECT_EQ(written(map, ActionFacts{.upstream_status = 201}), R"({"a":"200","b":201})");
}

TEST(OutputMap, ReadsDefaultsAndConstantsAsTheSchemaTypesThem) {
  const Types types = {{"s", JsonType::kString}, {"i", JsonType::kInteger},
                       {"n", JsonType::kNumber}, {"b", JsonType::kBoolean},
                       {"a", JsonType::kArray},  {"o", JsonType::kObject},
                       {"z", JsonType::kNull},   {"c", JsonType::kString}};
  const OutputMap map = map_of({{"s", "$.x", "1"},
                                {"i", "$.x", "-12"},
                                {"n", "$.x", "1"},
                                {"b", "$.x", "true"},
                                {"a", "$.x", "[ 1 ]"},
                                {"o", "$.x", "{ }"},
                                {"z", "$.x", "null"},
                                {"c", "10\n"},
                                {"j", "1.50"},
                                {"w", "a b"},
                                {"q", "\"q\""},
                                {"e", "$.x", ""}},
                               types);
  EXPECT_EQ(written(map, ActionFacts{}),
            R"({"s":"1","i":-12,"n":1,"b":true,"a":[1],"o":{},"z":null,"c":"10\n","j":1.50,)"
            R"("w":"a b","q":"q","e":""})");
}

TEST(OutputMap, NestsObjects) {
  const OutputMap map = map_of({{"address.city", "$.city"},
                                {"id", "$.id"},
                                {"address.geo.lat", "$.lat"},
                                {"address.geo.lon", "$.lon"},
                                {"a \"b\".c", "1"}});
  EXPECT_EQ(written(map, input_of(R"({"city":"x","id":1,"lat":2,"lon":3})")),
            R"({"address":{"city":"x","geo":{"lat":2,"lon":3}},"id":1,"a \"b\"":{"c":1}})");
  EXPECT_EQ(written(map, input_of(R"({"lon":3})")),
            R"({"address":{"geo":{"lon":3}},"a \"b\"":{"c":1}})");
  EXPECT_EQ(written(map, input_of(R"({"id":1})")), R"({"id":1,"a \"b\"":{"c":1}})");
}

TEST(OutputMap, MakesArraysOfObjects) {
  const OutputMap map = map_of({{"items[].name", "@.label", "?"},
                                {"n", "$.n"},
                                {"items[]", "$.data[*]"},
                                {"items[].at.x", "@.pos[0]"},
                                {"items[].of", "$.n"},
                                {"items[].status", "$status"},
                                {"raw[]", "$.data[*].pos", "[]"}});
  EXPECT_EQ(written(map, input_of(R"({"n":2,"data":[{"label":"a","pos":[1,2]},{"x":1},"s"]})")),
            R"({"items":[{"name":"a","at":{"x":1},"of":2,"status":200},)"
            R"({"name":"?","of":2,"status":200},{"name":"?","of":2,"status":200}],"n":2,)"
            R"("raw":[[1,2]]})");
  EXPECT_EQ(written(map, input_of(R"({"data":[]})")), R"({"items":[],"raw":[]})");
  EXPECT_EQ(written(map, ActionFacts{}), R"({"raw":[]})");
}

TEST(OutputMap, KeepsElementsOfWhichNothingIsLeft) {
  const OutputMap map = map_of({{"items[]", "$[*]", "[{}]"}, {"items[].a", "@.a"}});
  EXPECT_EQ(written(map, input_of(R"([{"a":1},{},2])")), R"({"items":[{"a":1},{},{}]})");
  EXPECT_EQ(written(map, input_of("[]")), R"({"items":[{}]})");
}

TEST(OutputMap, MakesArraysInArrays) {
  const OutputMap map = map_of({{"a[]", "$.rows[*]"},
                                {"a[].id", "@.id"},
                                {"a[].b[]", "@.cells[*]"},
                                {"a[].b[].v", "@.v"},
                                {"a[].c[]", "@.cells[*].v"}});
  EXPECT_EQ(written(map, input_of(R"({"rows":[{"id":1,"cells":[{"v":2},{"v":3}]},{"id":4}]})")),
            R"({"a":[{"id":1,"b":[{"v":2},{"v":3}],"c":[2,3]},{"id":4,"b":[],"c":[]}]})");
}

TEST(OutputMap, RefusesOutputsThatContradictEachOther) {
  EXPECT_EQ(add_refusal({{"a", "$.a"}, {"a", "$.b"}}), "it is there already");
  EXPECT_EQ(add_refusal({{"a[]", "$[*]"}, {"a[]", "$[*]"}}), "it is there already");
  EXPECT_EQ(add_refusal({{"a", "$.a"}, {"a.b", "$.b"}}), "it cannot be beside \"a\"");
  EXPECT_EQ(add_refusal({{"a.b", "$.a"}, {"a", "$.b"}}), "it cannot be beside \"a\"");
  EXPECT_EQ(add_refusal({{"a", "$.a"}, {"a[]", "$[*]"}}), "it cannot be beside \"a\"");
  EXPECT_EQ(add_refusal({{"x.a[].b", "@"}, {"x.a.b", "$.b"}}), "it cannot be beside \"x.a[]\"");
  EXPECT_EQ(add_refusal({{"a[].b", "@.b"}, {"a[].b.c", "@.c"}}), "it cannot be beside \"a[].b\"");
}

TEST(OutputMap, RefusesWhatCannotBe) {
  const std::pair<Output, const char*> kRefusals[] = {
      {{"", "$"}, "names are as"},
      {{".a", "$"}, "names are as"},
      {{"a.", "$"}, "names are as"},
      {{"a..b", "$"}, "names are as"},
      {{"[]", "$"}, "names are as"},
      {{"a[0]", "$"}, "names are as"},
      {{"a[", "$"}, "names are as"},
      {{"a[][]", "$[*]"}, "names are as"},
      {{"a\n", "$"}, "names are as"},
      {{"\xFF", "$"}, "names are as"},
      {{"a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a", "$"}, "more than 16 levels"},
      {{"a", "$.a["}, "\"$.a[\": byte 4: a name in quotes"},
      {{"a", "$[?@.a]"}, "filters"},
      {{"a", "$foo"}, "\"$foo\" is not known: $status, $upstream_status"},
      {{"a", "$statuses"}, "is not known"},
      {{"a", "$upstream_http_"}, "is not known"},
      {{"a", "$upstream_http_X"}, "is not known"},
      {{"a", "$upstream_http_x-y"}, "is not known"},
      {{"a", "@.b"}, "\"@\" is an element of an array"},
      {{"a.b", "@"}, "\"@\" is an element of an array"},
      {{"a[]", "@[*]"}, "\"@\" is an element of an array"},
      {{"a[]", "$.data"}, "an array is made of"},
      {{"a[]", "[]"}, "an array is made of"},
      {{"a[]", "$status"}, "an array is made of"},
      {{"a", "$status", "0"}, "\"$status\" is never missing"},
      {{"a", "some", "text"}, "\"some\" is never missing"},
  };
  for (const auto& [output, why] : kRefusals) {
    EXPECT_THAT(add_refusal({output}), HasSubstr(why)) << output.name << ' ' << output.value;
  }
  OutputMap map;
  for (size_t i = 0; i < OutputMap::kMaxOutputs; ++i) {
    ASSERT_TRUE(map.add("a" + std::to_string(i), "1", std::nullopt));
  }
  EXPECT_EQ(map.add("a", "1", std::nullopt).error(), "more than 1024 outputs");
}

TEST(OutputMap, RefusesWhatDoesNotFitTheSchema) {
  const Types types = {{"i", JsonType::kInteger},
                       {"s", JsonType::kString},
                       {"a", JsonType::kArray},
                       {"items[].b", JsonType::kBoolean},
                       {"o.n", JsonType::kNumber}};
  const std::pair<std::vector<Output>, const char*> kRefusals[] = {
      {{{"s", "x"}, {"i", "$.id", "none"}}, "1: of \"i\" the default \"none\" is not an integer"},
      {{{"i", "$.id", "1.5"}}, "0: of \"i\" the default \"1.5\" is not an integer"},
      {{{"i", "$.id", "null"}}, "0: of \"i\" the default \"null\" is not an integer"},
      {{{"i", "$.id", ""}}, "0: of \"i\" the default \"\" is not an integer"},
      {{{"i", "x"}}, "0: of \"i\" the constant \"x\" is not an integer"},
      {{{"o.n", "$.n", "{}"}}, "0: of \"o.n\" the default \"{}\" is not a number"},
      {{{"items[]", "$[*]"}, {"items[].b", "@.b", "0"}},
       "1: of \"items[].b\" the default \"0\" is not a boolean"},
      {{{"items[]", "$[*]", "0"}}, "0: of \"items[]\" the default \"0\" is not an array"},
      {{{"s", "$.x"}, {"items[].b", "@.b"}}, "1: there is no output \"items[]\""},
      {{{"s[]", "$[*]"}},
       "0: of \"s[]\" \"$[*]\" can find several values, which make an array, and "
       "the schema wants a string"},
      {{{"s", "$.a[*]"}}, "0: of \"s\" \"$.a[*]\" can find several"},
      {{{"a", "$status"}}, "0: of \"a\" \"$status\" is an integer, and the schema wants an array"},
      {{{"a", "$upstream_http_x"}}, "0: of \"a\" a header is a text"},
      {{{"i", "$error_code"}}, "0: of \"i\" \"$error_code\" is a string"},
      {{{"s.x", "1"}}, "0: \"s\" is no object"},
  };
  for (const auto& [outputs, why] : kRefusals) {
    EXPECT_THAT(bind_refusal(outputs, types), testing::StartsWith(why));
  }
}

TEST(OutputMap, KnowsWhatIsAlwaysThere) {
  const OutputMap map = map_of({{"a", "$.a"},
                                {"b", "$.a", "0"},
                                {"c", "1"},
                                {"d", "$status"},
                                {"e", "$upstream_status"},
                                {"f.x", "$.a"},
                                {"f.y", "1"},
                                {"g.x", "$.a"},
                                {"h[]", "$[*]"},
                                {"i[]", "$[*]", "[]"},
                                {"h[].x", "1"}});
  std::string always;
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g", "h", "i", "x", ""}) {
    if (map.always(name)) always += name;
  }
  EXPECT_EQ(always, "bcdfi");
}

TEST(OutputMap, IsEmptyWithoutOutputs) {
  EXPECT_TRUE(OutputMap().empty());
  EXPECT_EQ(written(OutputMap(), ActionFacts{}), "{}");
  EXPECT_FALSE(map_of({{"a", "1"}}).empty());
}

TEST(OutputMap, IsBounded) {
  const OutputMap visits = map_of({{"a", "$..*..*..*..*"}, {"b", "1"}});
  std::string deep(500, '[');
  deep += "1" + std::string(500, ']');
  EXPECT_EQ(written(visits, input_of(deep)), "the body is too large for its outputs");

  const JsonTree large = input_of(R"({"a":")" + std::string(1 << 20, 'x') + R"(","b":[1,2]})");
  std::string many = "$['a'";
  for (int i = 0; i < 70; ++i) many += ",'a'";
  many += ']';
  EXPECT_EQ(written(map_of({{"a", many.c_str()}}), large), "the body is too large for its outputs");
  EXPECT_EQ(written(map_of({{"i[]", many.c_str()}, {"i[].a", "$.a"}}), large),
            "the body is too large for its outputs");
  EXPECT_EQ(written(map_of({{"a", "$.a"}, {"b", "$.b"}}), large).size(), (1u << 20) + 18);
}

}  // namespace
}  // namespace dataaction
