#include "core/action/placeholder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/action/template_input.h"

namespace dataaction {
namespace {

using testing::HasSubstr;

// Holes as <name>, each piece with its offset.
std::string pieces_of(std::string_view text) {
  const auto pieces = parse_template(text);
  if (!pieces) return pieces.error();
  std::string out;
  for (const TemplatePiece& piece : *pieces) {
    out += std::to_string(piece.at) + piece.text;
    if (piece.hole) out += '<' + piece.hole->name() + '>';
  }
  return out;
}

TEST(Placeholder, StandsBetweenBraces) {
  EXPECT_EQ(pieces_of(""), "0");
  EXPECT_EQ(pieces_of("a b"), "0a b");
  EXPECT_EQ(pieces_of("a${b}c${d-E_1.f}"), "0a<b>5c<d-E_1.f>16");
  EXPECT_EQ(pieces_of("${\xC3\xA4}"), "0<\xC3\xA4>5");
  EXPECT_EQ(pieces_of("${*}"), "0<*>4");
}

TEST(Placeholder, CanBeWrittenAsText) {
  EXPECT_EQ(pieces_of("$"), "0$");
  EXPECT_EQ(pieces_of("$a $$ {}}"), "0$a $$ {}}");
  EXPECT_EQ(pieces_of("$${a}${b}"), "0${a}<b>9");
  EXPECT_EQ(pieces_of("$$${a}"), "0$${a}");
}

TEST(Placeholder, NamesAField) {
  for (const char* bad : {"${}", "${a.}", "${.a}", "${a..b}", "${a b}", "${a[0]}", "${\"a\"}",
                          "${$a}", "${${a}}", "${a.*}", "${**}", "${\xFF}", "${a\n}"}) {
    EXPECT_THAT(pieces_of(bad), HasSubstr("is not a field")) << bad;
  }
  EXPECT_THAT(pieces_of("a ${b"), HasSubstr("\"${\" without \"}\""));
}

TEST(Placeholder, FindsNestedMembers) {
  const JsonTree input = input_of(R"({"a":{"b":{"c":1}},"d":[{"e":1}],"f":null})");
  const auto found = [&input](std::string_view name) {
    const auto node = Placeholder::parse(name)->find(input);
    return node ? std::string(input.raw(*node)) : "nothing";
  };
  EXPECT_EQ(found("a.b.c"), "1");
  EXPECT_EQ(found("a.b"), R"({"c":1})");
  EXPECT_EQ(found("f"), "null");
  EXPECT_EQ(found("*"), input.text());
  for (const char* missing : {"b", "a.c", "a.b.c.d", "d.e", "d.0", "f.g"}) {
    EXPECT_EQ(found(missing), "nothing") << missing;
  }
}

TEST(Placeholder, SaysScalarsAsText) {
  const JsonTree input =
      input_of(R"({"s":"a\n\"","i":-12.50e5,"b":true,"n":null,"o":{},"l":[],"z":"a\u0000"})");
  const auto text = [&input](std::string_view name) {
    return outcome(text_of(*Placeholder::parse(name), input));
  };
  EXPECT_EQ(text("s"), "a\n\"");
  EXPECT_EQ(text("i"), "-12.50e5");
  EXPECT_EQ(text("b"), "true");
  EXPECT_EQ(text("n"), "");
  EXPECT_EQ(text("missing"), "");
  EXPECT_EQ(text("o"), "type o");
  EXPECT_EQ(text("l"), "type l");
  EXPECT_EQ(text("z"), "pattern z");
}

}  // namespace
}  // namespace dataaction
