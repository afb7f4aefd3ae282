#include "core/base/http_date.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/base/civil_time.h"

namespace dataaction {
namespace {

constexpr int64_t kExample = 784'111'777;  // of RFC 9110
constexpr int64_t kNow = 1'792'000'000;    // in October 2026

TEST(HttpDate, HasThreeForms) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", kNow), kExample);
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", kNow), kExample);
  EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994", kNow), kExample);
  EXPECT_EQ(parse_http_date("Wed Nov 16 08:49:37 1994", kNow), kExample + 10 * 86'400);
}

TEST(HttpDate, TakesALeapSecond) {
  EXPECT_EQ(parse_http_date("Sat, 31 Dec 2016 23:59:60 GMT", kNow), 1'483'228'800);
}

TEST(HttpDate, KnowsEveryMonth) {
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  for (unsigned month = 1; month <= 12; ++month) {
    const std::string name = kMonths[month - 1];
    const auto seconds = to_seconds({2024, month, 9, 1, 2, 3});
    EXPECT_EQ(parse_http_date("Mon, 09 " + name + " 2024 01:02:03 GMT", kNow), seconds);
    EXPECT_EQ(parse_http_date("Monday, 09-" + name + "-24 01:02:03 GMT", kNow), seconds);
    EXPECT_EQ(parse_http_date("Mon " + name + "  9 01:02:03 2024", kNow), seconds);
  }
}

int year_of(const std::string& two_digits, const CivilTime& now) {
  const auto date =
      parse_http_date("Monday, 15-Jun-" + two_digits + " 12:00:00 GMT", *to_seconds(now));
  return date && *date >= 0 ? to_civil(*date).year : 0;
}

TEST(HttpDate, OfTwoDigitsIsAtMost50YearsAhead) {
  const CivilTime now{2026, 10, 1};
  EXPECT_EQ(year_of("26", now), 2026);
  EXPECT_EQ(year_of("27", now), 2027);
  EXPECT_EQ(year_of("76", now), 2076);
  EXPECT_EQ(year_of("77", now), 1977);
  EXPECT_EQ(year_of("99", now), 1999);
  EXPECT_EQ(year_of("00", now), 2000);
  // To the second.
  EXPECT_EQ(year_of("76", {2026, 6, 15, 12, 0, 0}), 2076);
  EXPECT_EQ(year_of("76", {2026, 6, 15, 11, 59, 59}), 1976);
  // Where 50 years ahead is another century.
  EXPECT_EQ(year_of("99", {2060, 1, 1}), 2099);
  EXPECT_EQ(year_of("05", {2060, 1, 1}), 2105);
  EXPECT_EQ(year_of("10", {2060, 1, 1}), 2010);
  EXPECT_EQ(year_of("75", {1999, 1, 1}), 1975);
  EXPECT_EQ(year_of("40", {1999, 1, 1}), 2040);
}

TEST(HttpDate, RefusesWhatIsNone) {
  for (const char* bad : {"",
                          "0",
                          "Sun",
                          "Sun, 06 Nov 1994 08:49:37",
                          "Sun, 06 Nov 1994 08:49:37 UTC",
                          "Sun, 06 Nov 1994 08:49:37 +0000",
                          "Sun, 6 Nov 1994 08:49:37 GMT",
                          "sun, 06 nov 1994 08:49:37 gmt",
                          "Son, 06 Nov 1994 08:49:37 GMT",
                          "Sunday, 06 Nov 1994 08:49:37 GMT",
                          "Sun, 06-Nov-94 08:49:37 GMT",
                          "Sun, 06 Nov 94 08:49:37 GMT",
                          "Sun, 06  Nov 1994 08:49:37 GMT",
                          "Sun, 06 Nov 1994  08:49:37 GMT",
                          "Sun, 06 Nov 1994 8:49:37 GMT",
                          "Sun, 06 Nov 1994 08:49 GMT",
                          "Sun, 06 Nov 1994 08:49:37 GMT ",
                          " Sun, 06 Nov 1994 08:49:37 GMT",
                          "Sun Nov 6 08:49:37 1994",
                          "Sun Nov 06 08:49:37 1994 ",
                          "Sun Nov  6 08:49:37 94",
                          "Sun Nov   6 08:49:37 1994",
                          "Sun, 30 Feb 2024 08:49:37 GMT",
                          "Sun, 29 Feb 2023 08:49:37 GMT",
                          "Sun, 00 Nov 1994 08:49:37 GMT",
                          "Sun, 32 Dec 1994 08:49:37 GMT",
                          "Sun, 31 Nov 1994 08:49:37 GMT",
                          "Sun, 06 Nov 1994 24:00:00 GMT",
                          "Sun, 06 Nov 1994 08:60:00 GMT",
                          "Sun, 06 Nov 1994 08:49:61 GMT",
                          "Sun, 06 Nov 0000 08:49:37 GMT",
                          "Sun, 06 Nov 1994 -8:49:37 GMT",
                          "1994-11-06T08:49:37Z"}) {
    EXPECT_FALSE(parse_http_date(bad, kNow)) << bad;
  }
}

TEST(HttpDate, CutAnywhereIsNone) {
  for (const std::string_view text :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994"}) {
    for (size_t size = 0; size < text.size(); ++size) {
      EXPECT_FALSE(parse_http_date(text.substr(0, size), kNow)) << text.substr(0, size);
    }
  }
}

}  // namespace
}  // namespace dataaction
