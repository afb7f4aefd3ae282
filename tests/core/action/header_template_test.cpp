#include "core/action/header_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/action/template_input.h"

namespace dataaction {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string rendered(std::string_view value, const JsonTree& input) {
  const auto header = HeaderTemplate::parse("X-Test", value);
  return header ? outcome(header->render(input)) : header.error();
}

TEST(HeaderTemplate, HasValuesAsTheyAre) {
  const JsonTree input = input_of(R"({"a":" b, c;\td ","n":1.50,"e":"","u":"\u00e4\ud83d\ude00"})");
  EXPECT_EQ(rendered("x=${a}/${n}", input), "x= b, c;\td /1.50");
  EXPECT_EQ(rendered(" ${a}\t", input), "b, c;\td");
  EXPECT_EQ(rendered("${u}\xFF", input), "\xC3\xA4\xF0\x9F\x98\x80\xFF");
  EXPECT_EQ(rendered("$${a} ${e}", input), "${a}");
  EXPECT_EQ(rendered("${e}${missing}", input), "");
  EXPECT_EQ(rendered("", input), "");
  const auto header = HeaderTemplate::parse("X-Test", "${a} ${b.c} ${a}");
  EXPECT_EQ(header->name(), "X-Test");
  EXPECT_THAT(header->fields(), ElementsAre("a", "b.c"));
}

TEST(HeaderTemplate, HasNoControlCharacters) {
  for (int c = 0; c < 0x20; ++c) {
    const std::string text = "a" + std::string(1, static_cast<char>(c)) + "b";
    EXPECT_EQ(rendered("${x}", input_x(text)), c == '\t' ? text : "pattern x") << c;
    if (c == '\t') continue;
    EXPECT_THAT(rendered(text, input_x("")), HasSubstr("control characters")) << c;
  }
  EXPECT_EQ(rendered("${x}", input_x("\x7F")), "pattern x");
  EXPECT_EQ(rendered("${x}", input_x("\r\n")), "pattern x");
}

TEST(HeaderTemplate, HasNamesThatAreFree) {
  for (const char* good :
       {"Accept", "content-type", "X-!#$%&'*+-.^_`|~9", "Proxy", "T", "Cookie"}) {
    EXPECT_EQ(refusal(HeaderTemplate::parse(good, "")), "") << good;
  }
  for (const char* bad : {"", "a b", "a:", "a\r", "a\"", "\xC3\xA4", "${x}", "(a)"}) {
    EXPECT_THAT(refusal(HeaderTemplate::parse(bad, "")), HasSubstr("is made of letters")) << bad;
  }
  EXPECT_THAT(refusal(HeaderTemplate::parse(std::string(257, 'a'), "")), HasSubstr("is made of"));
  for (const char* taken :
       {"Host", "content-length", "Transfer-Encoding", "CONNECTION", "Expect", "upgrade", "te",
        "Trailer", "Keep-Alive", "Proxy-Authorization", "proxy-connection"}) {
    EXPECT_THAT(refusal(HeaderTemplate::parse(taken, "")), HasSubstr("belongs to the connection"))
        << taken;
  }
}

TEST(HeaderTemplate, SaysWhy) {
  const auto header = HeaderTemplate::parse("X-Test", "${x}");
  const auto why = [&header](const JsonTree& input) { return reason(header->render(input)); };
  EXPECT_EQ(why(input_x("a\nb")), "it has a line feed");
  EXPECT_EQ(why(input_x("a\r\nb")), "it has a carriage return");
  EXPECT_EQ(why(input_x("\x1B")), "it has the control character U+001B");
  EXPECT_EQ(why(input_x("\x7F")), "it has the control character U+007F");
  EXPECT_EQ(why(input_x(std::string_view("\0", 1))), "it has a NUL");
  EXPECT_EQ(why(input_of(R"({"x":{}})")), "it is an object");
  EXPECT_EQ(why(input_of(R"({"x":[]})")), "it is an array");
  EXPECT_EQ(why(input_x(std::string(8193, 'a'))), "with it there are more than 8192 bytes");
}

TEST(HeaderTemplate, RefusesWhatCannotStandInIt) {
  const JsonTree input = input_of(R"({"o":{"a":1},"l":[]})");
  EXPECT_EQ(rendered("${o}", input), "type o");
  EXPECT_EQ(rendered("${l}", input), "type l");
  EXPECT_THAT(rendered("${*}", input), HasSubstr("the whole input"));
  EXPECT_THAT(rendered("${o", input), HasSubstr("without \"}\""));
  EXPECT_THAT(rendered(std::string(8193, 'a'), input), HasSubstr("at most 8192 bytes"));
  EXPECT_EQ(rendered("${x}", input_x(std::string(8192, 'a'))).size(), 8192u);
  EXPECT_EQ(rendered("${x}-", input_x(std::string(8192, 'a'))), "maxLength x");
}

}  // namespace
}  // namespace dataaction
