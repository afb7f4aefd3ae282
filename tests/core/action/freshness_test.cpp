#include "core/action/freshness.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace dataaction {
namespace {

using std::chrono::seconds;

// Sun, 06 Nov 1994 08:49:37 GMT
constexpr int64_t kNow = 784'111'777;

constexpr int kSilent = -1;  // it does not say
constexpr int kForEver = 2'147'483'647;

struct Case {
  FreshnessHeaders headers;
  int seconds;
};

void PrintTo(const Case& each, std::ostream* out) {
  const FreshnessHeaders& headers = each.headers;
  *out << "Cache-Control: " << headers.cache_control << " Expires: " << headers.expires
       << " Date: " << headers.date << " Age: " << headers.age << " Vary: " << headers.vary;
}

class Freshness : public testing::TestWithParam<Case> {};

TEST_P(Freshness, IsAsTheHeadersSay) {
  const auto life = freshness_of(GetParam().headers, kNow);
  if (GetParam().seconds == kForEver) {
    // RFC 9111, 1.2.2: what is too large to count is still as long as can be counted.
    ASSERT_TRUE(life);
    EXPECT_GE(*life, seconds(kForEver));
  } else {
    EXPECT_EQ(life ? life->count() : kSilent, GetParam().seconds);
  }
}

Case control(std::string_view text, int seconds) {
  return {{.cache_control = text, .expires = {}, .date = {}, .age = {}, .vary = {}}, seconds};
}

// RFC 9111, 5.2.2
INSTANTIATE_TEST_SUITE_P(
    CacheControl, Freshness,
    testing::Values(control("", kSilent), control("public", kSilent), control(",, ,", kSilent),
                    control("must-revalidate", kSilent), control("max-age=60", 60),
                    control("max-age=0", 0), control("public, max-age=60", 60),
                    control("MAX-AGE=60", 60), control("Public,\tMax-Age=60 ,x", 60),
                    control("s-maxage=7", 7), control("max-age=60, s-maxage=7", 7),
                    control("s-maxage=700, max-age=60", 700), control("s-maxage=0,max-age=9", 0),
                    control("x-max-age=60", kSilent), control("max-age-x=60", kSilent),
                    control("stale-if-error=60", kSilent)));

INSTANTIATE_TEST_SUITE_P(
    NotToBeKept, Freshness,
    testing::Values(control("no-store", 0), control("no-cache", 0), control("private", 0),
                    control("max-age=60, no-store", 0), control("No-Store, max-age=60", 0),
                    control("s-maxage=60, private", 0),
                    // RFC 9111, 5.2.2.4 and 5.2.2.7: of some fields alone; to keep none is safe.
                    control("no-cache=\"set-cookie\", max-age=60", 0),
                    control("private=\"a, b\", max-age=60", 0),
                    control("max-age=60, private = \"a\"", 0), control(" no-store ", 0)));

// RFC 9111, 5.2: a cache takes a number in quotes, though nobody should send one; 4.2.1: what
// cannot be read is stale, and of two the first may count.
INSTANTIATE_TEST_SUITE_P(
    Numbers, Freshness,
    testing::Values(control("max-age=\"60\"", 60), control("max-age = 60", 60),
                    control("max-age=060", 60), control("max-age", 0), control("max-age=", 0),
                    control("max-age=\"\"", 0), control("max-age=\"60", 0),
                    control("max-age=\"", 0), control("max-age=-1", 0), control("max-age=+1", 0),
                    control("max-age=1.5", 0), control("max-age=6 0", 0),
                    control("max-age=0x10", 0), control("max-age=sixty", 0),
                    control("max-age=1m", 0), control("max-age=60, max-age=5", 60),
                    control("max-age=x, max-age=5", 0), control("s-maxage=x, max-age=5", 0),
                    control("extension=\"a, max-age=5\"", kSilent),
                    control("extension=\"a, max-age=5, b\", max-age=0", 0),
                    control("extension=\"a\\\", max-age=5, b\", max-age=60", 60),
                    control("extension=\"no-store, a\", max-age=60", 60),
                    control("extension=\"a, max-age=60", 60), control("a\"b,c\"d,max-age=6", 6)));

INSTANTIATE_TEST_SUITE_P(HugeNumbers, Freshness,
                         testing::Values(control("max-age=2147483647", kForEver),
                                         control("max-age=2147483648", kForEver),
                                         control("max-age=9223372036854775807", kForEver),
                                         control("max-age=18446744073709551616", kForEver),
                                         control("s-maxage=99999999999999999999999999999999999",
                                                 kForEver)));

Case expiring(std::string_view expires, std::string_view date, int seconds) {
  return {{.cache_control = {}, .expires = expires, .date = date, .age = {}, .vary = {}}, seconds};
}

constexpr std::string_view kDate = "Sun, 06 Nov 1994 08:49:37 GMT";

// RFC 9111, 5.3
INSTANTIATE_TEST_SUITE_P(
    Expires, Freshness,
    testing::Values(expiring("Sun, 06 Nov 1994 08:50:37 GMT", "", 60),
                    expiring("Sun, 06 Nov 1994 08:49:37 GMT", "", 0),
                    expiring("Sun, 06 Nov 1994 08:49:36 GMT", "", 0),
                    expiring("Sun, 06 Nov 1904 08:49:36 GMT", "", 0),
                    // By the server's own clock, where it tells.
                    expiring("Sun, 06 Nov 1994 08:50:37 GMT", "Sun, 06 Nov 1994 08:50:00 GMT", 37),
                    expiring("Sun, 06 Nov 1994 08:00:37 GMT", "Sun, 06 Nov 1994 08:00:00 GMT", 37),
                    expiring("Sun, 06 Nov 1994 08:50:37 GMT", "yesterday", 60),
                    expiring("Sunday, 06-Nov-94 08:50:37 GMT", kDate, 60),
                    expiring("Sun Nov  6 08:50:37 1994", kDate, 60), expiring("0", kDate, 0),
                    expiring("-1", "", 0), expiring("tomorrow", kDate, 0),
                    expiring("", kDate, kSilent),
                    expiring("Fri, 31 Dec 9999 23:59:59 GMT", "", kForEver)));

TEST(FreshnessOfBoth, TheNewerWordCounts) {
  // RFC 9111, 5.3: max-age and s-maxage make Expires mean nothing; others do not.
  constexpr std::string_view kExpires = "Sun, 06 Nov 1994 08:50:37 GMT";
  const auto both = [&](std::string_view control) {
    return freshness_of(
        {.cache_control = control, .expires = kExpires, .date = kDate, .age = {}, .vary = {}},
        kNow);
  };
  EXPECT_EQ(both("max-age=5"), seconds(5));
  EXPECT_EQ(both("s-maxage=5"), seconds(5));
  EXPECT_EQ(both("max-age=nonsense"), seconds(0));
  EXPECT_EQ(both("public"), seconds(60));
  EXPECT_EQ(both("no-cache"), seconds(0));
}

Case aged(std::string_view control, std::string_view age, int seconds) {
  return {{.cache_control = control, .expires = {}, .date = {}, .age = age, .vary = {}}, seconds};
}

// RFC 9111, 5.1: what is no number is ignored.
INSTANTIATE_TEST_SUITE_P(Age, Freshness,
                         testing::Values(aged("max-age=60", "0", 60), aged("max-age=60", "20", 40),
                                         aged("max-age=60", " 20 ", 40),
                                         aged("max-age=60", "60", 0), aged("max-age=60", "61", 0),
                                         aged("max-age=60", "99999999999999999999999999", 0),
                                         aged("max-age=60", "-5", 60),
                                         aged("max-age=60", "old", 60), aged("max-age=60", "", 60),
                                         aged("", "20", kSilent), aged("no-store", "20", 0)));

TEST(FreshnessOfAge, CountsForExpiresToo) {
  EXPECT_EQ(freshness_of({.cache_control = {},
                          .expires = "Sun, 06 Nov 1994 08:50:37 GMT",
                          .date = kDate,
                          .age = "15",
                          .vary = {}},
                         kNow),
            seconds(45));
}

Case varying(std::string_view vary, int seconds) {
  return {{.cache_control = "max-age=60", .expires = {}, .date = {}, .age = {}, .vary = vary},
          seconds};
}

// RFC 9110, 12.5.5; a list with a "*" in it says no less than the star alone.
INSTANTIATE_TEST_SUITE_P(Vary, Freshness,
                         testing::Values(varying("", 60), varying("Accept", 60),
                                         varying("Accept, Accept-Language", 60), varying("*", 0),
                                         varying(" *\t", 0), varying("Accept, *", 0),
                                         varying("*, Accept", 0), varying("Accept,*,Cookie", 0),
                                         varying("x*", 60), varying("**", 60)));

}  // namespace
}  // namespace dataaction
