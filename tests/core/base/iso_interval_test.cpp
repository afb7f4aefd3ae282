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

TEST(IsoInterval, SplitsAtAMidnight) {
  constexpr int64_t kDay = 86'400;
  const int64_t midnight = kNewYear + kDay;
  const auto halves = [](int64_t begin, int64_t middle, int64_t end) {
    return std::pair(IsoInterval{begin, middle}, IsoInterval{middle, end});
  };
  EXPECT_EQ(split_by_day({midnight - 1, midnight + 1}),
            halves(midnight - 1, midnight, midnight + 1));
  EXPECT_EQ(split_by_day({kNewYear, midnight + kDay}), halves(kNewYear, midnight, midnight + kDay));
  EXPECT_EQ(split_by_day({kNewYear + 7, midnight + 2 * kDay - 7}),
            halves(kNewYear + 7, midnight, midnight + 2 * kDay - 7));
}

TEST(IsoInterval, ADayIsNotSplit) {
  constexpr int64_t kDay = 86'400;
  EXPECT_FALSE(split_by_day({kNewYear, kNewYear + kDay}));  // the end is not in it
  EXPECT_FALSE(split_by_day({kNewYear + 7, kNewYear + 8}));
  EXPECT_FALSE(split_by_day({kNewYear + kDay - 1, kNewYear + kDay}));
}

TEST(IsoInterval, SplitsDownToDaysWithoutAGap) {
  const auto count = [](auto&& self, const IsoInterval& interval) -> int64_t {
    const auto halves = split_by_day(interval);
    if (!halves) return 1;
    EXPECT_EQ(halves->first.begin, interval.begin);
    EXPECT_EQ(halves->first.end, halves->second.begin);
    EXPECT_EQ(halves->second.end, interval.end);
    return self(self, halves->first) + self(self, halves->second);
  };
  EXPECT_EQ(count(count, {kNewYear + 1, kNewYear + 1'000 * 86'400 + 1}), 1'001);
}

}  // namespace
}  // namespace dataaction
