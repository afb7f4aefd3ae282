#include "core/config/conf_lua.h"

#include <gtest/gtest.h>

namespace dataaction {
namespace {

constexpr std::string_view kUnfinished =
    "unexpected end of file, expecting terminating characters for lua code block";

// Whether the block is all of `text` although more follows it.
bool is_block(std::string_view text) {
  const auto size = lua_block_size(std::string(text) + " } ]] \" '");
  return size && *size == text.size();
}

TEST(ConfLua, CountsBraces) {
  EXPECT_TRUE(is_block("}"));
  EXPECT_TRUE(is_block(" local t = { a = {} } }"));
  EXPECT_TRUE(is_block(" if a > 1 - -1 then t[ t[1] ] = 0 end }"));
}

TEST(ConfLua, KnowsStrings) {
  EXPECT_TRUE(is_block(R"( ngx.say("}") })"));
  EXPECT_TRUE(is_block(R"( ngx.say('}', "'}", '"}') })"));
  EXPECT_TRUE(is_block(R"( ngx.say("\"}", '\'}', "\\") })"));
}

// No Lua, but OpenResty finds an end to the block.
TEST(ConfLua, StringsEndInTheirLine) {
  EXPECT_TRUE(is_block(" x = \"a\n}"));
  EXPECT_TRUE(is_block(" x = 'a\\\n}"));
}

TEST(ConfLua, KnowsLongBrackets) {
  EXPECT_TRUE(is_block(" x = [[ } ' \" ]=] ]] }"));
  EXPECT_TRUE(is_block(" x = [==[ } ]] ]=] ]==] }"));
  EXPECT_TRUE(is_block(" x = [= a }"));
}

TEST(ConfLua, KnowsComments) {
  EXPECT_TRUE(is_block(" a() -- it's } \n }"));
  EXPECT_TRUE(is_block(" --[[ } \n } ]] }"));
  EXPECT_TRUE(is_block(" --[=[ } ]] ]=] }"));
  EXPECT_TRUE(is_block(" --[= } \n }"));
}

TEST(ConfLua, SaysWhereItBegan) {
  EXPECT_EQ(lua_block_size("a").error().at, 0u);
  EXPECT_EQ(lua_block_size(" { } { } \n '").error().at, 5u);
  EXPECT_EQ(lua_block_size(" { \n [[").error().at, 5u);
}

TEST(ConfLua, SaysWhatIsMissing) {
  for (const char* text : {"", "{ }", "'}'", "\"}\\\"\"", "-- }", "a"}) {
    const auto size = lua_block_size(text);
    ASSERT_FALSE(size) << text;
    EXPECT_EQ(size.error().message, kUnfinished) << text;
  }
  const auto size = lua_block_size("x = [==[ } ]=]");
  ASSERT_FALSE(size);
  EXPECT_EQ(size.error().message,
            "Lua code block missing the closing long bracket \"]==]\", "
            "the inlined Lua code may be too long");
}

}  // namespace
}  // namespace dataaction
