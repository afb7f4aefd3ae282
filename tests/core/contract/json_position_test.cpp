#include "core/contract/json_position.h"

#include <gtest/gtest.h>

namespace dataaction {
namespace {

constexpr std::string_view kText =
    " {\"a\": [1, {\"b/c\": \"x\"}],\n \"~\": {\"\": null}, \"\\u0065\": true,\n \"0\": [] }";

TEST(JsonPosition, Finds) {
  EXPECT_EQ(find_json(kText, ""), kText.substr(1));
  EXPECT_EQ(find_json(kText, "/a"), "[1, {\"b/c\": \"x\"}]");
  EXPECT_EQ(find_json(kText, "/a/0"), "1");
  EXPECT_EQ(find_json(kText, "/a/1/b~1c"), "\"x\"");
  EXPECT_EQ(find_json(kText, "/~0/"), "null");
  EXPECT_EQ(find_json(kText, "/e"), "true");
  EXPECT_EQ(find_json(kText, "/0"), "[]");
}

TEST(JsonPosition, NothingThere) {
  for (const char* pointer :
       {"/b", "/a/2", "/a/x", "/a/-1", "/a/", "/a/0/0", "/0/0", "a", "#", "/e/x"}) {
    EXPECT_EQ(find_json(kText, pointer), std::nullopt) << pointer;
  }
  EXPECT_EQ(find_json("", ""), std::nullopt);
  EXPECT_EQ(find_json("{\"a\":", "/a"), std::nullopt);
}

TEST(JsonPosition, Lines) {
  EXPECT_EQ(line_at(kText, 0), 1u);
  EXPECT_EQ(line_at(kText, static_cast<size_t>(find_json(kText, "/~0")->data() - kText.data())),
            2u);
  EXPECT_EQ(line_at(kText, kText.size()), 3u);
  EXPECT_EQ(line_at("", 0), 1u);
}

}  // namespace
}  // namespace dataaction
