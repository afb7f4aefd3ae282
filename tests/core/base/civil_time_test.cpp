#include "core/base/civil_time.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace dataaction {
namespace {

TEST(CivilTime, KnowsTheCalendar) {
  EXPECT_EQ(to_seconds({1970, 1, 1, 0, 0, 0}), 0);
  EXPECT_EQ(to_seconds({1969, 12, 31, 23, 59, 59}), -1);
  EXPECT_EQ(to_seconds({1994, 11, 6, 8, 49, 37}), 784'111'777);
  EXPECT_EQ(to_seconds({2000, 2, 29, 0, 0, 0}), 951'782'400);
  EXPECT_EQ(to_seconds({9999, 12, 31, 23, 59, 59}), kLastSecond);
  EXPECT_EQ(to_seconds({1, 1, 1, 0, 0, 0}), -62'135'596'800);
}

TEST(CivilTime, TakesALeapSecond) {
  EXPECT_EQ(to_seconds({2016, 12, 31, 23, 59, 60}), to_seconds({2017, 1, 1, 0, 0, 0}));
}

TEST(CivilTime, RefusesWhatIsNoTime) {
  for (const CivilTime& bad :
       {CivilTime{2023, 2, 29}, CivilTime{2024, 2, 30}, CivilTime{1900, 2, 29},
        CivilTime{2024, 4, 31}, CivilTime{2024, 0, 1}, CivilTime{2024, 13, 1},
        CivilTime{2024, 1, 0}, CivilTime{2024, 1, 32}, CivilTime{0, 1, 1}, CivilTime{10'000, 1, 1},
        CivilTime{2024, 1, 1, 24, 0, 0}, CivilTime{2024, 1, 1, 0, 60, 0},
        CivilTime{2024, 1, 1, 0, 0, 61}, CivilTime{2024, 300, 1}, CivilTime{2024, 1, 260}}) {
    EXPECT_FALSE(to_seconds(bad)) << bad.year << '-' << bad.month << '-' << bad.day;
  }
}

TEST(CivilTime, ComesBackAsItWas) {
  // A prime near 30 days and a bit, so that all months and times of day occur.
  for (int64_t seconds = 0; seconds <= kLastSecond; seconds += 2'678'423) {
    ASSERT_EQ(to_seconds(to_civil(seconds)), seconds);
  }
  EXPECT_EQ(to_civil(kLastSecond), (CivilTime{9999, 12, 31, 23, 59, 59}));
}

TEST(IsoTime, IsRead) {
  const int64_t noon = 1'704'110'400;  // 2024-01-01T12:00:00Z
  EXPECT_EQ(parse_iso_time("2024-01-01T12:00:00Z"), (IsoTime{noon, 0}));
  EXPECT_EQ(parse_iso_time("2024-01-01T12:00:00.000Z"), (IsoTime{noon, 0}));
  EXPECT_EQ(parse_iso_time("2024-01-01T12:00:00.5Z"), (IsoTime{noon, 500'000'000}));
  EXPECT_EQ(parse_iso_time("2024-01-01T12:00:00.000000001Z"), (IsoTime{noon, 1}));
  EXPECT_EQ(parse_iso_time("2024-01-01T13:30:00+01:30"), (IsoTime{noon, 0}));
  EXPECT_EQ(parse_iso_time("2024-01-01T04:00:00.25-08:00"), (IsoTime{noon, 250'000'000}));
  EXPECT_EQ(parse_iso_time("2023-12-31T13:00:00-23:00"), (IsoTime{noon, 0}));
  EXPECT_EQ(parse_iso_time("2016-12-31T23:59:60Z"), parse_iso_time("2017-01-01T00:00:00Z"));
  EXPECT_EQ(parse_iso_time("1969-12-31T23:59:59.5Z"), (IsoTime{-1, 500'000'000}));
}

TEST(IsoTime, HasOneForm) {
  for (const char* bad : {"",
                          "2024-01-01",
                          "2024-01-01T12:00:00",
                          "2024-01-01T12:00Z",
                          "2024-01-01 12:00:00Z",
                          "2024-01-01t12:00:00Z",
                          "2024-01-01T12:00:00z",
                          "20240101T120000Z",
                          "2024-1-1T12:00:00Z",
                          "2024-01-01T12:00:00.Z",
                          "2024-01-01T12:00:00,5Z",
                          "2024-01-01T12:00:00.1234567890Z",
                          "2024-01-01T12:00:00+0100",
                          "2024-01-01T12:00:00+01",
                          "2024-01-01T12:00:00+24:00",
                          "2024-01-01T12:00:00+01:60",
                          "2024-01-01T12:00:00Z ",
                          " 2024-01-01T12:00:00Z",
                          "2024-01-01T12:00:00ZZ",
                          "2024-01-01T12:00:00+01:00Z",
                          "+024-01-01T12:00:00Z",
                          "2024-02-30T12:00:00Z",
                          "2024-01-01T24:00:00Z",
                          "2024-01-01T12:60:00Z",
                          "2024-01-01T12:00:61Z",
                          "0000-01-01T12:00:00Z",
                          "2024-13-01T12:00:00Z"}) {
    EXPECT_FALSE(parse_iso_time(bad)) << bad;
  }
}

TEST(IsoTime, CutAnywhereIsNone) {
  const std::string text = "2024-01-01T12:00:00.125+01:30";
  ASSERT_TRUE(parse_iso_time(text));
  for (size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(parse_iso_time(std::string_view(text).substr(0, size))) << size;
  }
}

TEST(IsoTime, IsWrittenAsThePlatformDoes) {
  EXPECT_EQ(format_iso_time(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_iso_time(784'111'777), "1994-11-06T08:49:37.000Z");
  EXPECT_EQ(format_iso_time(kLastSecond), "9999-12-31T23:59:59.000Z");
}

}  // namespace
}  // namespace dataaction
