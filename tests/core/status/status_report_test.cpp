#include "core/status/status_report.h"

#include <gtest/gtest.h>

#include "core/json/json_object.h"
#include "core/status/exposition.h"

namespace dataaction {
namespace {

TEST(ExpositionTest, DescribesAMetricOnceAndThenSamples) {
  Exposition out;
  out.metric("requests_total", "counter", "Asked for.");
  out.sample(label("source", "a") + ',' + label("route", "b"), 18446744073709551615U);
  out.sample("", 0);
  EXPECT_EQ(out.take(),
            "# HELP requests_total Asked for.\n"
            "# TYPE requests_total counter\n"
            "requests_total{source=\"a\",route=\"b\"} 18446744073709551615\n"
            "requests_total 0\n");
}

TEST(ExpositionTest, MillisecondsAreSecondsWithThreeDigits) {
  Exposition out;
  out.metric("w_total", "counter", "W.");
  for (const uint64_t value : {0U, 7U, 45U, 999U, 1000U, 61'050U}) out.sample_seconds("", value);
  EXPECT_TRUE(
      out.take().ends_with("w_total 0.000\nw_total 0.007\nw_total 0.045\nw_total 0.999\n"
                           "w_total 1.000\nw_total 61.050\n"));
}

TEST(JsonObjectTest, SeparatesMembersAndClosesItself) {
  std::string out;
  {
    JsonObject object(out);
    object.number("a", 1);
    object.string("b", "\"");
    object.key("c");
    const JsonObject inner(out);
  }
  EXPECT_EQ(out, R"({"a":1,"b":"\"","c":{}})");
}

TEST(StatusReportTest, HasTheSidecarsOwnOrNull) {
  const StatusReport report;
  EXPECT_TRUE(status_json(report, "").ends_with("\"sources\":{},\"sidecar\":null}\n"));
  EXPECT_TRUE(status_json(report, "{\"x\":1}").ends_with("\"sidecar\":{\"x\":1}}\n"));
}

}  // namespace
}  // namespace dataaction
