#include "core/platform/retry_after.h"

#include <gtest/gtest.h>

#include <string>

namespace dataaction {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr milliseconds kNow = 784'111'777s;  // Sun, 06 Nov 1994 08:49:37 GMT

std::optional<milliseconds> parse(std::string_view value, milliseconds now = kNow) {
  return parse_retry_after(value, now);
}

TEST(RetryAfter, IsSeconds) {
  EXPECT_EQ(parse("0"), 0ms);
  EXPECT_EQ(parse("22"), 22s);
  EXPECT_EQ(parse("007"), 7s);
  EXPECT_EQ(parse(" \t120 "), 120s);
}

TEST(RetryAfter, MayBeHuge) {
  EXPECT_EQ(parse("1000000000"), kMaxRetryAfter);
  EXPECT_EQ(parse("1000000001"), kMaxRetryAfter);
  EXPECT_EQ(parse("18446744073709551617"), kMaxRetryAfter);
  EXPECT_EQ(parse(std::string(10'000, '9')), kMaxRetryAfter);
  EXPECT_EQ(parse(std::string(10'000, '0') + "5"), 5s);
  EXPECT_EQ(parse("Fri, 31 Dec 9999 23:59:59 GMT"), kMaxRetryAfter);
}

TEST(RetryAfter, IsADate) {
  EXPECT_EQ(parse("Sun, 06 Nov 1994 08:49:40 GMT"), 3s);
  EXPECT_EQ(parse("Sunday, 06-Nov-94 08:50:37 GMT"), 1min);
  EXPECT_EQ(parse(" Sun Nov  6 09:49:37 1994\t"), 1h);
  EXPECT_EQ(parse("Sun, 06 Nov 1994 08:49:40 GMT", kNow + 250ms), 2750ms);
}

TEST(RetryAfter, OfADateThatHasPassedIsNone) {
  EXPECT_EQ(parse("Sun, 06 Nov 1994 08:49:37 GMT"), 0ms);
  EXPECT_EQ(parse("Sun, 06 Nov 1994 08:49:36 GMT"), 0ms);
  EXPECT_EQ(parse("Thu, 01 Jan 1970 00:00:00 GMT"), 0ms);
  EXPECT_EQ(parse("Mon, 01 Jan 0001 00:00:00 GMT"), 0ms);
}

TEST(RetryAfter, GarbageIsNone) {
  for (const char* bad : {"", " ", "-1", "+1", "1.5", "1e3", "0x10", "1 2", "5s", "soon", "1,2",
                          "Sun, 30 Feb 1994 08:49:40 GMT", "Sun, 06 Nov 1994"}) {
    EXPECT_FALSE(parse(bad)) << bad;
  }
  EXPECT_FALSE(parse(std::string_view("1\0", 2)));
}

}  // namespace
}  // namespace dataaction
