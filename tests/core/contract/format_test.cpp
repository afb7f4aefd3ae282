#include "core/contract/format.h"

#include <gtest/gtest.h>

#include <string>

namespace dataaction {
namespace {

TEST(Format, Date) {
  for (const char* good : {"2024-02-29", "0000-02-29", "9999-12-31", "2000-02-29"}) {
    EXPECT_TRUE(has_format(good, "date")) << good;
  }
  for (const char* bad : {"", "2023-02-29", "1900-02-29", "2024-2-9", "24-02-09", "2024-13-01",
                          "2024-00-01", "2024-01-00", "2024-04-31", "12024-01-01", "2024-01-01 ",
                          " 2024-01-01", "2024-01-01Z", "2024/01/01", "2024-01-01T00:00:00Z"}) {
    EXPECT_FALSE(has_format(bad, "date")) << bad;
  }
}

TEST(Format, Time) {
  for (const char* good :
       {"16:52:45Z", "16:52:45z", "00:00:00+00:00", "23:59:60Z", "01:02:03.123456789012-23:59"}) {
    EXPECT_TRUE(has_format(good, "time")) << good;
  }
  for (const char* bad :
       {"", "16:52:45", "24:00:00Z", "16:60:00Z", "16:52:61Z", "6:52:45Z", "16:52:45.Z",
        "16:52:45+24:00", "16:52:45+02:60", "16:52:45+0200", "16:52:45|02:00", "16:52:45ZZ"}) {
    EXPECT_FALSE(has_format(bad, "time")) << bad;
  }
}

TEST(Format, DateTime) {
  for (const char* good : {"2022-07-18T16:52:45Z", "2022-07-18t16:52:45.5+02:00"}) {
    EXPECT_TRUE(has_format(good, "date-time")) << good;
  }
  for (const char* bad : {"", "2022-07-18", "2022-07-18 16:52:45Z", "2022-07-18T16:52:45",
                          "2022-02-30T16:52:45Z", "2022-07-18TT16:52:45Z"}) {
    EXPECT_FALSE(has_format(bad, "date-time")) << bad;
  }
}

TEST(Format, LongTextsAndOthers) {
  const std::string digits(1'000'000, '1');
  EXPECT_FALSE(has_format(digits, "date"));
  EXPECT_FALSE(has_format(digits + "-01-01T00:00:00Z", "date-time"));
  EXPECT_TRUE(has_format("16:52:45." + digits + "Z", "time"));
  EXPECT_TRUE(has_format("no address", "email"));
  EXPECT_TRUE(has_format("", ""));
}

}  // namespace
}  // namespace dataaction
