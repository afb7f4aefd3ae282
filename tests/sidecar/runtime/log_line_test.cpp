#include "sidecar/runtime/log_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace dataaction {
namespace {

// 2026-01-31T12:00:00.042Z
const std::chrono::system_clock::time_point kTime{std::chrono::milliseconds(1'769'860'800'042)};

std::string plain(std::string_view event, const std::vector<LogField>& fields = {}) {
  return format_log_line(LogFormat::kPlain, kTime, LogLevel::kNotice, event, fields);
}

std::string json(std::string_view event, const std::vector<LogField>& fields = {}) {
  return format_log_line(LogFormat::kJson, kTime, LogLevel::kError, event, fields);
}

// The value as it stands in a plain line.
std::string plain_value(std::string_view value) {
  const std::string line = plain("e", {{"k", value}});
  const std::string prefix = "2026/01/31 12:00:00 [notice] e k=";
  EXPECT_TRUE(line.starts_with(prefix)) << line;
  return line.substr(prefix.size(), line.size() - prefix.size() - 1);
}

std::string json_value(std::string_view value) {
  const std::string line = json("e", {{"k", value}});
  const std::string prefix =
      R"({"time":"2026-01-31T12:00:00.042Z","level":"error","event":"e","k":)";
  EXPECT_TRUE(line.starts_with(prefix)) << line;
  return line.substr(prefix.size(), line.size() - prefix.size() - 2);
}

TEST(LogLine, Plain) {
  EXPECT_EQ(plain("ready"), "2026/01/31 12:00:00 [notice] ready\n");
  EXPECT_EQ(plain("stream ended", {{"records", 500U},
                                   {"left", -3},
                                   {"complete", true},
                                   {"context", "ab12"},
                                   {"reason", std::string("out of time")}}),
            "2026/01/31 12:00:00 [notice] stream ended records=500 left=-3 complete=true "
            "context=ab12 reason=\"out of time\"\n");
}

TEST(LogLine, Json) {
  EXPECT_EQ(json("stream ended", {{"records", 500U}, {"complete", false}, {"context", "a\"b"}}),
            R"({"time":"2026-01-31T12:00:00.042Z","level":"error","event":"stream ended",)"
            R"("records":500,"complete":false,"context":"a\"b"})"
            "\n");
}

TEST(LogLine, KeepsNumbersExact) {
  EXPECT_THAT(plain("e", {{"k", std::numeric_limits<uint64_t>::max()}}),
              testing::HasSubstr(" k=18446744073709551615\n"));
  EXPECT_THAT(json("e", {{"k", std::numeric_limits<int64_t>::min()}}),
              testing::HasSubstr("\"k\":-9223372036854775808}"));
}

TEST(LogLine, PlainQuotesWhatIsNotOneWord) {
  EXPECT_EQ(plain_value("unix:/run/a-b_c.sock,1@x+5%"), "unix:/run/a-b_c.sock,1@x+5%");
  EXPECT_EQ(plain_value(""), "\"\"");
  EXPECT_EQ(plain_value("a b"), "\"a b\"");
  EXPECT_EQ(plain_value("a=b"), "\"a=b\"");
  EXPECT_EQ(plain_value("a\"b\\c"), R"("a\"b\\c")");
}

TEST(LogLine, DataNeverBreaksALineOrReachesATerminal) {
  EXPECT_EQ(plain_value("a\nb\r\tc"), R"("a\x0ab\x0d\x09c")");
  EXPECT_EQ(plain_value("\x1b[2J\x7f"), R"("\x1b[2J\x7f")");
  EXPECT_EQ(plain_value("\u009b2J"), R"("\xc2\x9b2J")") << "a C1 control";
  EXPECT_EQ(plain_value(std::string_view("a\0b", 3)), R"("a\x00b")");
  EXPECT_EQ(json_value("a\nb\x1b\x7f"), R"("a\nb\u001b\u007f")");
  EXPECT_EQ(json_value("\u009b2J"), R"("\u009b2J")");
  EXPECT_EQ(plain("two\nlines"), "2026/01/31 12:00:00 [notice] two\\x0alines\n");
}

TEST(LogLine, IsAlwaysUtf8) {
  EXPECT_EQ(plain_value("Z\u00fcrich \u20ac"), "\"Z\u00fcrich \u20ac\"");
  EXPECT_EQ(plain_value("a\xff\xc3"), R"("a\xff\xc3")");
  EXPECT_EQ(json_value("a\xff"), "\"a\ufffd\"");
}

TEST(LogLine, CutsALongValueBetweenCharacters) {
  std::string euros;
  for (int i = 0; i < 400; ++i) euros += "\u20ac";
  const std::string line = plain("e", {{"k", euros}, {"next", 1}});
  EXPECT_THAT(line, testing::HasSubstr(euros.substr(0, kMaxLogValue / 3 * 3) + "\" next=1"));
  EXPECT_THAT(line, testing::HasSubstr(" truncated=true\n"));
}

TEST(LogLine, IsBoundedAndStaysWhole) {
  const std::string worst(10'000, '\x01');
  const std::vector<LogField> fields(20, LogField("key", worst));
  for (const std::string& line : {plain(worst, fields), json(worst, fields)}) {
    EXPECT_LE(line.size(), kMaxLogLine);
    EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  }
  EXPECT_TRUE(plain(worst, fields).ends_with(" truncated=true\n"));
  EXPECT_TRUE(json(worst, fields).ends_with(",\"truncated\":true}\n"));
}

TEST(LogLine, NamesTheLevelsAsNginxDoes) {
  std::string names;
  for (int level = 0; level <= static_cast<int>(LogLevel::kDebug); ++level) {
    names += std::string(name_of(static_cast<LogLevel>(level))) + " ";
  }
  EXPECT_EQ(names, "emerg alert crit error warn notice info debug ");
}

}  // namespace
}  // namespace dataaction
