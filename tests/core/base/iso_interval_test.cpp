#include "core/base/iso_interval.h"

#include <gtest/gtest.h>

#include <string>

#include "core/base/civil_time.h"

namespace dataaction {
namespace {

const std::string kDay = "2024-01-01T00:00:00.000Z/2024-01-02T00:00:00.000Z";
constexpr int64_t kNewYear = 1'704'067'200;

TEST(IsoInterval, IsReadAndWritten) {
  const auto interval = parse_iso_interval(kDay);
  ASSERT_TRUE(interval);
  EXPECT_EQ(*interval, (IsoInterval{kNewYear, kNewYear + 86'400}));
  EXPECT_EQ(format_iso_interval(*interval), kDay);
  EXPECT_EQ(parse_iso_interval("2024-01-01T01:00:00+01:00/2024-01-01T19:00:00-05:00"), interval);
}

TEST(IsoInterval, IsWidenedToWholeSeconds) {
  EXPECT_EQ(parse_iso_interval("2024-01-01T00:00:00.9Z/2024-01-01T00:00:01.000000001Z"),
            (IsoInterval{kNewYear, kNewYear + 2}));
  EXPECT_EQ(parse_iso_interval("2024-01-01T00:00:00.2Z/2024-01-01T00:00:00.3Z"),
            (IsoInterval{kNewYear, kNewYear + 1}));
}

TEST(IsoInterval, BeginsBeforeItEnds) {
  for (const char* bad :
       {"2024-01-02T00:00:00Z/2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z/2024-01-01T00:00:00Z",
        "2024-01-01T00:00:00.3Z/2024-01-01T00:00:00.2Z",
        "2024-01-01T00:00:00Z/2024-01-01T01:00:00+01:00"}) {
    const auto interval = parse_iso_interval(bad);
    ASSERT_FALSE(interval) << bad;
    EXPECT_EQ(interval.error(), "an interval that begins before it ends") << bad;
  }
}

TEST(IsoInterval, IsInTheYearsOfSecondsAndFourDigits) {
  EXPECT_EQ(parse_iso_interval("1970-01-01T00:00:00Z/9999-12-31T23:59:59Z"),
            (IsoInterval{0, kLastSecond}));
  for (const char* bad :
       {"1969-12-31T23:59:59Z/2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z/9999-12-31T23:59:59.1Z",
        "2024-01-01T00:00:00Z/9999-12-31T23:59:59-00:01"}) {
    const auto interval = parse_iso_interval(bad);
    ASSERT_FALSE(interval) << bad;
    EXPECT_EQ(interval.error(), "an interval in the years 1970 to 9999") << bad;
  }
}

TEST(IsoInterval, SaysWhatItsFormIs) {
  for (const char* bad :
       {"", "/", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z/", "/2024-01-01T00:00:00Z",
        "2024-01-01/2024-01-02", "2024-01-01T00:00:00/2024-01-02T00:00:00",
        "2024-01-01T00:00:00Z/P1D", "P1D/2024-01-01T00:00:00Z",
        "2024-01-01T00:00:00Z--2024-01-02T00:00:00Z",
        "2024-01-01T00:00:00Z/2024-01-02T00:00:00Z/2024-01-03T00:00:00Z", "last week"}) {
    const auto interval = parse_iso_interval(bad);
    ASSERT_FALSE(interval) << bad;
    EXPECT_TRUE(interval.error().starts_with("two times with a zone")) << bad;
  }
}

TEST(IsoInterval, SplitsOnAWholeSecond) {
  EXPECT_EQ(split({10, 12}), (std::pair(IsoInterval{10, 11}, IsoInterval{11, 12})));
  EXPECT_EQ(split({10, 13}), (std::pair(IsoInterval{10, 11}, IsoInterval{11, 13})));
  EXPECT_FALSE(split({10, 11}));
}

TEST(IsoInterval, SplitsDownToSecondsWithoutAGap) {
  const auto count = [](auto&& self, const IsoInterval& interval) -> int64_t {
    const auto halves = split(interval);
    if (!halves) return interval.end - interval.begin;
    EXPECT_EQ(halves->first.begin, interval.begin);
    EXPECT_EQ(halves->first.end, halves->second.begin);
    EXPECT_EQ(halves->second.end, interval.end);
    return self(self, halves->first) + self(self, halves->second);
  };
  EXPECT_EQ(count(count, {kNewYear, kNewYear + 1'000}), 1'000);
}

}  // namespace
}  // namespace dataaction
