// Every place of a template against what an attacker would put there: nothing gets out of its
// place, and nothing is expanded a second time.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/action/body_template.h"
#include "core/action/header_template.h"
#include "core/action/url_template.h"
#include "tests/core/action/template_input.h"

namespace dataaction {
namespace {

using namespace std::string_literals;

constexpr std::string_view kRefused = "pattern x";

struct Hostile {
  std::string value;
  std::string encoded;  // in a query or form, and in a path unless it is refused there
  bool in_path;
  bool in_header;
  std::string json;  // between quotes
};

const Hostile kHostile[] = {
    {"../", "..%2F", false, true, "../"},
    {"..", "..", false, true, ".."},
    {".", ".", false, true, "."},
    {"../../admin", "..%2F..%2Fadmin", false, true, "../../admin"},
    {"..\\..\\admin", "..%5C..%5Cadmin", false, true, R"(..\\..\\admin)"},
    {"a/../b", "a%2F..%2Fb", false, true, "a/../b"},
    {"..;/x", "..%3B%2Fx", false, true, "..;/x"},
    {"%2f", "%252f", true, true, "%2f"},
    {"%2e%2e", "%252e%252e", false, true, "%2e%2e"},
    {"%2e%2e%2f", "%252e%252e%252f", false, true, "%2e%2e%2f"},
    {"%252e", "%25252e", false, true, "%252e"},
    {"a\r\nX-Evil: 1\r\n\r\n", "a%0D%0AX-Evil%3A%201%0D%0A%0D%0A", true, false,
     R"(a\r\nX-Evil: 1\r\n\r\n)"},
    {"\n", "%0A", true, false, R"(\n)"},
    {"\"", "%22", true, true, R"(\")"},
    {"\",\"admin\":true,\"", "%22%2C%22admin%22%3Atrue%2C%22", true, true,
     R"(\",\"admin\":true,\")"},
    {"'", "%27", true, true, "'"},
    {"\\", "%5C", true, true, R"(\\)"},
    {"\\\"", "%5C%22", true, true, R"(\\\")"},
    {"\xF0\x9F\x98\x80", "%F0%9F%98%80", true, true, "\xF0\x9F\x98\x80"},
    {"?a=b", "%3Fa%3Db", true, true, "?a=b"},
    {"#", "%23", true, true, "#"},
    {"&b=2", "%26b%3D2", true, true, "&b=2"},
    {"=", "%3D", true, true, "="},
    {";v=1", "%3Bv%3D1", true, true, ";v=1"},
    {"a b+c", "a%20b%2Bc", true, true, "a b+c"},
    {"@evil.example/", "%40evil.example%2F", true, true, "@evil.example/"},
    {"//evil.example", "%2F%2Fevil.example", true, true, "//evil.example"},
    {"https://evil.example", "https%3A%2F%2Fevil.example", true, true, "https://evil.example"},
    {"${x}", "%24%7Bx%7D", true, true, "${x}"},
    {"$${x}${*}", "%24%24%7Bx%7D%24%7B%2A%7D", true, true, "$${x}${*}"},
    {"<script>", "%3Cscript%3E", true, true, "<script>"},
};

std::string url(std::string_view text, const JsonTree& input) {
  const auto parsed = UrlTemplate::parse(text);
  EXPECT_TRUE(parsed.has_value()) << parsed.error();
  return outcome(parsed->render(input));
}
std::string header(std::string_view text, const JsonTree& input) {
  const auto parsed = HeaderTemplate::parse("X-Test", text);
  EXPECT_TRUE(parsed.has_value()) << parsed.error();
  return outcome(parsed->render(input));
}
std::string body(std::string_view text, BodyType type, const JsonTree& input) {
  const auto parsed = BodyTemplate::parse(text, type);
  EXPECT_TRUE(parsed.has_value()) << parsed.error();
  return outcome(parsed->render(input));
}

TEST(TemplateEscapes, KeepEveryValueInItsPlace) {
  for (const auto& [value, encoded, in_path, in_header, json] : kHostile) {
    SCOPED_TRACE(value);
    const JsonTree input = input_x(value);
    EXPECT_EQ(url("https://h/a/${x}/b?c", input),
              in_path ? "https://h/a/" + encoded + "/b?c" : kRefused);
    EXPECT_EQ(url("https://h/a?b=${x}&c=1", input), "https://h/a?b=" + encoded + "&c=1");
    EXPECT_EQ(url("https://h/a?${x}=1", input), "https://h/a?" + encoded + "=1");
    EXPECT_EQ(header("<${x}>", input), in_header ? '<' + value + '>' : kRefused);
    EXPECT_EQ(body(R"({"a":"<${x}>","b":1})", BodyType::kJson, input),
              R"({"a":"<)" + json + R"(>","b":1})");
    EXPECT_EQ(body(R"({"a":${x},"b":1})", BodyType::kJson, input),
              R"({"a":")" + json + R"(","b":1})");
    EXPECT_EQ(body("a=${x}&b=1", BodyType::kForm, input), "a=" + encoded + "&b=1");
    EXPECT_EQ(body("${x}", BodyType::kText, input), value);
  }
}

TEST(TemplateEscapes, HaveNoPlaceForNul) {
  const JsonTree input = input_x("a\0b"s);
  for (const char* text : {"https://h/${x}", "https://h/?${x}=1", "https://h/?a=${x}"}) {
    EXPECT_EQ(url(text, input), kRefused);
  }
  EXPECT_EQ(header("${x}", input), kRefused);
  EXPECT_EQ(body("a=${x}", BodyType::kForm, input), kRefused);
  EXPECT_EQ(body("${x}", BodyType::kText, input), kRefused);
  EXPECT_EQ(body(R"(["${x}",${x}])", BodyType::kJson, input), R"(["a\u0000b","a\u0000b"])");
}

TEST(TemplateEscapes, TakeNothing) {
  const JsonTree input = input_x("");
  EXPECT_EQ(url("https://h/a/${x}/b", input), "required x");
  EXPECT_EQ(url("https://h/a/${x}", input), "required x");
  EXPECT_EQ(url("https://h/a?b=${x}&${x}=1", input), "https://h/a?b=&=1");
  EXPECT_EQ(header("${x}", input), "");
  EXPECT_EQ(body(R"(["${x}",${x}])", BodyType::kJson, input), R"(["",""])");
  EXPECT_EQ(body("a=${x}", BodyType::kForm, input), "a=");
  EXPECT_EQ(body("${x}", BodyType::kText, input), "");
}

TEST(TemplateEscapes, TakeAMegabyteOrSayWhy) {
  for (const std::string& unit : {"a"s, "\""s, "../"s, "%25"s, "\xF0\x9F\x98\x80"s}) {
    std::string value;
    while (value.size() < 1 << 20) value += unit;
    const JsonTree input = input_x(value);
    const std::string quoted(input.raw(*input.member(JsonTree::root(), "x")));
    EXPECT_EQ(url("https://h/${x}", input), "maxLength x");
    EXPECT_EQ(url("https://h/?a=${x}", input), "maxLength x");
    EXPECT_EQ(url("https://h/?${x}=1", input), "maxLength x");
    EXPECT_EQ(header("${x}", input), "maxLength x");
    EXPECT_EQ(body(R"(["${x}"])", BodyType::kJson, input), '[' + quoted + ']');
    EXPECT_EQ(body("[${x}]", BodyType::kJson, input), '[' + quoted + ']');
    EXPECT_GE(body("a=${x}", BodyType::kForm, input).size(), value.size());
    EXPECT_EQ(body("${x}", BodyType::kText, input), value);
  }
}

TEST(TemplateEscapes, KeepASegmentASegmentWhateverIsInIt) {
  // All pairs of what matters to a path.
  const std::string_view kParts[] = {"",    ".",    "..",  "/", "\\", ";",  "%",   "2e",  "2E",
                                     "%2f", "%252", "%5c", "a", " ",  "\n", "%00", "%3b", "?"};
  for (const std::string_view first : kParts) {
    for (const std::string_view second : kParts) {
      for (const std::string_view third : kParts) {
        const std::string value = std::string(first).append(second).append(third);
        const std::string out = url("https://h/a/${x}/b", input_x(value));
        if (out == kRefused || out == "required x") continue;
        EXPECT_EQ(std::ranges::count(out, '/'), 5) << value;
        EXPECT_EQ(out.find_first_of("?#;\\ \n"), std::string::npos) << value;
        EXPECT_NE(value, ".");
        EXPECT_NE(value, "..");
      }
    }
  }
}

}  // namespace
}  // namespace dataaction
