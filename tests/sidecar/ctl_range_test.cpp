// Address ranges of a platform, and the list that nginx gets of them.

#include <gtest/gtest.h>

#include "sidecar/ctl/allow_list.h"
#include "sidecar/ctl/ip_range.h"

namespace dataaction {
namespace {

std::string merged(const std::vector<std::string>& texts) {
  std::vector<IpRange> ranges;
  for (const std::string& text : texts) {
    const auto range = parse_ip_range(text);
    EXPECT_TRUE(range) << text;
    if (range) ranges.push_back(*range);
  }
  std::string out;
  for (const IpRange& range : merge_ip_ranges(std::move(ranges))) {
    out += format_ip_range(range) + ' ';
  }
  return out;
}

TEST(IpRange, Forms) {
  EXPECT_EQ(merged({"10.0.0.0/8"}), "10.0.0.0/8 ");
  EXPECT_EQ(merged({"10.1.2.3"}), "10.1.2.3/32 ");
  EXPECT_EQ(merged({"2001:DB8:0:0::/32"}), "2001:db8::/32 ");
  EXPECT_EQ(merged({"::ffff:1.2.3.4"}), "::ffff:1.2.3.4/128 ");
}

TEST(IpRange, WhatIsNone) {
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {""sv, "/"sv, "/8"sv, "10.0.0.0/"sv, "10.0.0.0/33"sv, "10.0.0.0/+8"sv, "10.0.0.0/8 "sv,
        " 10.0.0.0/8"sv, "10.0.0.1/31/32"sv, "10.0.0"sv, "010.0.0.0"sv, "10.0.0.1\0"sv, "::/129"sv,
        "1::2::3"sv, "all"sv})
    EXPECT_FALSE(parse_ip_range(text)) << text;
  for (const char* text :
       {"0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/7", "::/0", "::/15"}) {
    EXPECT_EQ(parse_ip_range(text).error(), "it would be too much of the world") << text;
  }
  EXPECT_TRUE(parse_ip_range("2000::/16"));
  EXPECT_EQ(parse_ip_range("10.0.0.1/31").error(), "there are bits behind its prefix");
  EXPECT_EQ(parse_ip_range("::1/64").error(), "there are bits behind its prefix");
}

TEST(IpRange, Merges) {
  EXPECT_EQ(merged({}), "");
  EXPECT_EQ(merged({"10.0.0.0/8", "10.0.0.0/8", "10.9.0.0/16", "10.9.0.1"}), "10.0.0.0/8 ");
  EXPECT_EQ(merged({"10.0.0.3", "10.0.0.1", "10.0.0.2", "10.0.0.0"}), "10.0.0.0/30 ");
  // Neighbours, but no halves of one range.
  EXPECT_EQ(merged({"10.0.1.0/24", "10.0.2.0/24"}), "10.0.1.0/24 10.0.2.0/24 ");
  EXPECT_EQ(merged({"::/128", "::1", "::2/127"}), "::/126 ");
}

TEST(AllowList, Reads) {
  constexpr std::string_view kAnswer = R"({"more":[{}],"entities":[
      {"cidr":"10.0.0.0/8","service":"data-actions","region":"r","direction":"both"},
      {"cidr":"nonsense","service":"data-actions","region":"r","direction":"inbound"},
      {"cidr":"11.0.0.0/8","service":"data-actions","region":"q","direction":"outbound"},
      {"cidr":"12.0.0.0/8","service":"smtp","region":"r","direction":"outbound"}]})";
  EXPECT_EQ(read_ip_ranges(kAnswer, {"data-actions", ""})->size(), 1u);  // they are one
  EXPECT_EQ(format_ip_range(read_ip_ranges(kAnswer, {"data-actions", "r"})->front()), "10.0.0.0/8");
  EXPECT_EQ(read_ip_ranges(kAnswer, {"sm", ""}).error(),
            "the platform has no range of service \"sm\"; there are: data-actions in q, "
            "data-actions in r, smtp in r");
}

TEST(AllowList, IsNone) {
  const RangeFilter filter{"s", ""};
  for (const char* answer :
       {"", "[]", "{", R"({"entities":[{]})", R"({"entities":[]}x)", R"({"entities":[[]]})",
        R"({"entities":[{"direction":"both","direction":"both"}]})",
        R"({"entities":[{"cidr":"x","service":"s","direction":"both"}]})"})
    EXPECT_FALSE(read_ip_ranges(answer, filter)) << answer;
}

TEST(AllowList, Writes) {
  AllowList list{.ranges = {*parse_ip_range("10.0.0.0/8")},
                 .origin = "https://api/x",
                 .filter = {"s", "r"},
                 .time = "now",
                 .deny_all = true};
  const std::string text = format_allow_list(list);
  EXPECT_EQ(text,
            "# Made by dataactionctl ipranges at now\n# from https://api/x:\n"
            "# service s, region r, outbound.\nallow 10.0.0.0/8;\ndeny all;\n");
  list.time = "later";
  EXPECT_TRUE(same_directives(text, format_allow_list(list)));
  list.deny_all = false;
  EXPECT_FALSE(same_directives(text, format_allow_list(list)));
  EXPECT_FALSE(same_directives("", text));
  EXPECT_TRUE(same_directives("\n# a", ""));
}

}  // namespace
}  // namespace dataaction
