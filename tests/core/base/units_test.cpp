#include "core/base/units.h"

#include <gtest/gtest.h>

#include <string>

namespace dataaction {
namespace {

using std::chrono::milliseconds;

TEST(Number, TakesDigitsAlone) {
  EXPECT_EQ(parse_number("0"), 0u);
  EXPECT_EQ(parse_number("007"), 7u);
  EXPECT_EQ(parse_number("9223372036854775807"), 9223372036854775807u);
  for (const char* bad : {"", "-1", "+1", " 1", "1 ", "1.0", "0x10", "1k", "9223372036854775808",
                          "99999999999999999999"}) {
    EXPECT_FALSE(parse_number(bad)) << bad;
  }
}

TEST(Size, KnowsNginxUnits) {
  EXPECT_EQ(parse_size("4096"), 4096u);
  EXPECT_EQ(parse_size("64k"), 65'536u);
  EXPECT_EQ(parse_size("64K"), 65'536u);
  EXPECT_EQ(parse_size("1m"), 1'048'576u);
  EXPECT_EQ(parse_size("1M"), 1'048'576u);
  EXPECT_EQ(parse_size("2g"), 2'147'483'648u);
  EXPECT_EQ(parse_size("2G"), 2'147'483'648u);
  for (const char* bad : {"", "k", "1t", "1kb", "1 k", "-1k", "1.5m"}) {
    EXPECT_FALSE(parse_size(bad)) << bad;
  }
}

TEST(Size, DoesNotOverflow) {
  EXPECT_EQ(parse_size("8589934591g"), 8589934591u << 30);
  EXPECT_FALSE(parse_size("8589934592g"));
  EXPECT_EQ(parse_size("8796093022207m"), 8796093022207u << 20);
  EXPECT_FALSE(parse_size("8796093022208m"));
  EXPECT_FALSE(parse_size("9007199254740992k"));
}

TEST(Time, KnowsNginxUnits) {
  EXPECT_EQ(parse_time("28s"), milliseconds(28'000));
  EXPECT_EQ(parse_time("500ms"), milliseconds(500));
  EXPECT_EQ(parse_time("10m"), milliseconds(600'000));
  EXPECT_EQ(parse_time("1h"), milliseconds(3'600'000));
  EXPECT_EQ(parse_time("1d"), milliseconds(86'400'000));
  EXPECT_EQ(parse_time("1w"), milliseconds(604'800'000));
  EXPECT_EQ(parse_time("0"), milliseconds(0));
}

TEST(Time, WithoutUnitIsSeconds) {
  EXPECT_EQ(parse_time("30"), milliseconds(30'000));
  EXPECT_EQ(parse_time("1m30"), milliseconds(90'000));
}

TEST(Time, CombinesUnitsInFallingOrder) {
  EXPECT_EQ(parse_time("1m30s"), milliseconds(90'000));
  EXPECT_EQ(parse_time("1w2d 3h 4m5s6ms"), milliseconds(788'645'006));
  EXPECT_EQ(parse_time("5 30ms"), std::nullopt);
  EXPECT_EQ(parse_time("5s 30ms"), milliseconds(5'030));
  for (const char* bad : {"30s1m", "1s1s", "1ms1s", "1ms1ms", "1h1d", "1s 2 "}) {
    EXPECT_FALSE(parse_time(bad)) << bad;
  }
}

TEST(Time, RefusesWhatIsNone) {
  for (const char* bad : {"", "s", "ms", "12q", "1y", "1M", "-1s", "1.5s", "1S", "1sec"}) {
    EXPECT_FALSE(parse_time(bad)) << bad;
  }
}

TEST(Time, DoesNotOverflow) {
  EXPECT_EQ(parse_time("9223372036854775807ms"), milliseconds(INT64_MAX));
  EXPECT_FALSE(parse_time("9223372036854775808ms"));
  EXPECT_EQ(parse_time("9223372036854775s807ms"), milliseconds(INT64_MAX));
  EXPECT_FALSE(parse_time("9223372036854775s808ms"));
  EXPECT_FALSE(parse_time("9223372036854776s"));
  EXPECT_FALSE(parse_time("15250284453w"));
}

TEST(Seconds, AreWhole) {
  using std::chrono::seconds;
  EXPECT_EQ(parse_seconds("1d"), seconds(86'400));
  EXPECT_EQ(parse_seconds("90"), seconds(90));
  EXPECT_EQ(parse_seconds("2000ms"), seconds(2));
  EXPECT_FALSE(parse_seconds("1500ms"));
  EXPECT_FALSE(parse_seconds("soon"));
}

}  // namespace
}  // namespace dataaction
