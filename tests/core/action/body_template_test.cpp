#include "core/action/body_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/action/template_input.h"

namespace dataaction {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string rendered(std::string_view text, BodyType type, const JsonTree& input) {
  const auto body = BodyTemplate::parse(text, type);
  return body ? outcome(body->render(input)) : body.error();
}
std::string json(std::string_view text, const JsonTree& input) {
  return rendered(text, BodyType::kJson, input);
}
std::string json_refusal(std::string_view text) {
  return refusal(BodyTemplate::parse(text, BodyType::kJson));
}

const char* const kInput = R"({"s":"a\"\n\u00e4\/","i":123456789012345678901234567890,)"
                           R"("f":1.50,"b":false,"n":null,"o": { "p" : [ 1, "q\"" ] },"u.v":1})";

TEST(BodyTemplate, PutsValuesIntoJson) {
  const JsonTree input = input_of(kInput);
  const std::pair<const char*, const char*> kBodies[] = {
      {R"({"id": ${i}})", R"({"id": 123456789012345678901234567890})"},
      {R"([${s},${f},${b},${n},${missing}])", R"(["a\"\n\u00e4\/",1.50,false,null,null])"},
      {R"({"a":${o},"b":${o.p}})", R"({"a":{"p":[1,"q\""]},"b":[1,"q\""]})"},
      {R"({"a":"<${s}>"})", R"({"a":"<a\"\n\u00e4\/>"})"},
      {R"(["${i} ${f} ${b} ${n}${missing}"])", R"(["123456789012345678901234567890 1.50 false "])"},
      {R"("${o}")", R"("{\"p\":[1,\"q\\\"\"]}")"},
      {R"("$${s} $ \\${b}\"")", R"("${s} $ \\false\"")"},
      {R"("\\":1)", "byte 4: there is more after the value"},
      {"${s}", R"("a\"\n\u00e4\/")"},
      {" ${b}\n", " false\n"},
      {"{}", "{}"},
  };
  for (const auto& [text, body] : kBodies) EXPECT_EQ(json(text, input), body) << text;
}

TEST(BodyTemplate, CanBeTheWholeInput) {
  const JsonTree input = input_of("{ \"a\" : [ 1 ],\n\"b\":\"c\" }");
  EXPECT_EQ(json("${*}", input), R"({"a":[1],"b":"c"})");
  EXPECT_EQ(json(R"({"input":${*}})", input), R"({"input":{"a":[1],"b":"c"}})");
  EXPECT_EQ(json(R"(["${*}"])", input), R"(["{\"a\":[1],\"b\":\"c\"}"])");
  EXPECT_EQ(rendered("<${*}>", BodyType::kText, input),
            "\"${*}\", the whole input, has no place in a text");
}

TEST(BodyTemplate, IsJsonWhateverIsPutIn) {
  const std::pair<const char*, const char*> kRefusals[] = {
      {"", "byte 0: the text ends where a value should be"},
      {R"({"a":${b})", "byte 9: the text ends where ',' or '}' should be"},
      {R"({"a":${b}${c}})", "byte 9: ',' or '}' expected"},
      {R"({"a":1${b}})", "byte 6: ',' or '}' expected"},
      {R"({"a":-${b}})", "byte 6: a digit expected"},
      {R"({"a":${b}1})", "byte 9: ',' or '}' expected"},
      {R"([$${a},${b}])", "byte 1: a value expected"},
      {R"(["$${a}$${b}",])", "byte 14: a value expected"},
      {R"(["$${a}${c}",])", "byte 13: a value expected"},
      {R"({${a}:1})", "byte 1: the name of a member expected"},
      {R"({"${a}":1})", "byte 7: a name has no \"${\" in it"},
      {"{\"x${a}y\" \n:1}", "byte 11: a name has no \"${\" in it"},
      {R"(["\${a}"])", "byte 2: unknown escape"},
      {R"(["\u00${a}"])", "byte 2: \\u without four hexadecimal digits"},
      {R"(["\u004${a}"])", "byte 2: \\u without four hexadecimal digits"},
      {R"(["\ud83d${a}\ude00"])", "byte 2: lone surrogate in a string"},
      {R"(["${a}\ude00"])", "byte 6: lone surrogate in a string"},
      {"[\"\xC3${a}\xA9\"]", "byte 2: not UTF-8"},
      {R"(["${a})", "byte 6: the text ends where the end of a string should be"},
      {R"(${a} x)", "byte 5: there is more after the value"},
      {R"("${a}" "b")", "byte 7: there is more after the value"},
  };
  for (const auto& [text, why] : kRefusals) EXPECT_EQ(json_refusal(text), why) << text;
  EXPECT_THAT(json_refusal("${a"), HasSubstr("without \"}\""));
  EXPECT_EQ(json_refusal(R"({"a:":"${b}","c":"${d}:"})"), "");
}

TEST(BodyTemplate, PutsValuesIntoForms) {
  const JsonTree input =
      input_of(R"({"x":"a&b=c d+%\u00e4\n","i":-1.5,"n":null,"o":{},"z":"\u0000"})");
  const auto form = [&](std::string_view text) { return rendered(text, BodyType::kForm, input); };
  EXPECT_EQ(form("a=${x}&b=c+d%20&${i}=${n}"), "a=a%26b%3Dc%20d%2B%25%C3%A4%0A&b=c+d%20&-1.5=");
  EXPECT_EQ(form("${o}"), "type o");
  EXPECT_EQ(form("${z}"), "pattern z");
  EXPECT_EQ(form("${*}"), "\"${*}\", the whole input, has no place in a form");
  EXPECT_THAT(form("a=b c"), HasSubstr("written \"%20\""));
  EXPECT_THAT(form("a=%${x}"), HasSubstr("hexadecimal digits"));
}

TEST(BodyTemplate, PutsValuesIntoText) {
  const JsonTree input = input_of(kInput);
  EXPECT_EQ(rendered("\xC3\xA4\n${s}${missing}${f}", BodyType::kText, input),
            "\xC3\xA4\na\"\n\xC3\xA4/1.50");
  EXPECT_EQ(rendered("${o}", BodyType::kText, input), "type o");
  EXPECT_EQ(rendered("${o.p}", BodyType::kText, input), "type o.p");
  EXPECT_EQ(rendered("${x}", BodyType::kText, input_x(std::string_view("\0", 1))), "pattern x");
  EXPECT_EQ(rendered("\xFF", BodyType::kText, input), "it is not UTF-8");
}

TEST(BodyTemplate, SaysItsTypeAndItsFields) {
  const auto body = [](BodyType type) { return *BodyTemplate::parse("${a}", type); };
  EXPECT_EQ(body(BodyType::kJson).content_type(), "application/json");
  EXPECT_EQ(body(BodyType::kForm).content_type(), "application/x-www-form-urlencoded");
  EXPECT_EQ(body(BodyType::kText).content_type(), "text/plain; charset=utf-8");
  const auto all = BodyTemplate::parse(R"({"a":${*},"b":"${c.d} ${e}","f":${e}})", BodyType::kJson);
  EXPECT_THAT(all->fields(), ElementsAre("*", "c.d", "e"));
}

TEST(BodyTemplate, IsBounded) {
  const JsonTree input = input_of(R"({"a":")" + std::string(1 << 20, 'x') + R"(","b":1})");
  EXPECT_EQ(json(R"(["${b}${a}"])", input).size(), (1u << 20) + 5);
  std::string many = "[${b}";
  for (int i = 0; i < 17; ++i) many += ",${a}";
  EXPECT_EQ(json(many + ']', input), "maxLength a");
  EXPECT_THAT(json_refusal(std::string(BodyTemplate::kMaxTemplate + 1, ' ')),
              HasSubstr("at most 65536 bytes"));
}

TEST(BodyTemplate, SurvivesDamageOfEveryByte) {
  const std::string good = R"({"a":${x},"b":["${x}\u00e4",-1.5e3],"c":"$${x}"})";
  const JsonTree input = input_x("\"\\");
  for (size_t at = 0; at < good.size(); ++at) {
    for (const char damage : {'"', '\\', '$', '{', '}', '\xFF', '0', ','}) {
      std::string text = good;
      text[at] = damage;
      const auto body = BodyTemplate::parse(text, BodyType::kJson);
      if (!body) continue;
      EXPECT_TRUE(JsonTree::parse(*body->render(input)).has_value()) << text;
    }
  }
}

}  // namespace
}  // namespace dataaction
