#include "sidecar/runtime/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include "tests/sidecar/scratch.h"

namespace dataaction {
namespace {

using testing::HasSubstr;
using testing::Not;

class LogTest : public ::testing::Test {
 protected:
  static std::string contents(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }

  Log open(LogLevel level = LogLevel::kNotice) const {
    return std::move(*Log::open(file, level, LogFormat::kPlain));
  }

  const Scratch scratch;
  const std::string directory = scratch.directory();
  const std::string file = scratch.path("error.log");
};

TEST_F(LogTest, WritesWhatTheLevelLetsThrough) {
  Log log = open(LogLevel::kWarn);
  log.error("an error", {{"code", 7}});
  log.warn("a warning");
  log.notice("a notice");
  EXPECT_THAT(contents(file), HasSubstr("[error] an error code=7\n"));
  EXPECT_THAT(contents(file), HasSubstr("[warn] a warning\n"));
  EXPECT_THAT(contents(file), Not(HasSubstr("a notice")));
  EXPECT_FALSE(log.enabled(LogLevel::kNotice));

  log.set_level(LogLevel::kDebug);
  log.set_format(LogFormat::kJson);
  log.debug("detail");
  EXPECT_THAT(contents(file), HasSubstr("\"level\":\"debug\",\"event\":\"detail\"}\n"));
}

TEST_F(LogTest, AppendsAndIsNotForEverybody) {
  open().notice("first");
  open().notice("second");
  EXPECT_THAT(contents(file), HasSubstr("first\n"));
  EXPECT_THAT(contents(file), HasSubstr("second\n"));
  struct stat status{};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0027, 0U);
}

TEST_F(LogTest, ReopensAfterARotation) {
  Log log = open();
  log.notice("before");
  std::filesystem::rename(file, file + ".1");
  log.notice("between");
  ASSERT_TRUE(log.reopen().has_value());
  log.notice("after");
  EXPECT_THAT(contents(file + ".1"), HasSubstr("between\n"));
  EXPECT_THAT(contents(file + ".1"), Not(HasSubstr("after")));
  EXPECT_THAT(contents(file), HasSubstr("after\n"));
}

TEST_F(LogTest, KeepsTheOldFileWhenTheNewOneCannotBeOpened) {
  Log log = open();
  std::filesystem::rename(directory, directory + ".moved");
  const Result<void> reopened = log.reopen();
  std::filesystem::rename(directory + ".moved", directory);
  ASSERT_FALSE(reopened.has_value());
  EXPECT_EQ(reopened.error().message(), "open log: no such file or directory");
  log.notice("still here");
  EXPECT_THAT(contents(file), HasSubstr("still here\n"));
}

TEST_F(LogTest, AFileThatCannotBeOpenedIsAnError) {
  EXPECT_FALSE(Log::open(directory, LogLevel::kNotice, LogFormat::kPlain).has_value());
}

TEST_F(LogTest, DropsLinesInsteadOfWaitingAndCountsThem) {
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  const int reader = ::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  Log log = open();
  const std::string value(500, 'x');
  for (int i = 0; i < 1000; ++i) log.notice("line", {{"value", value}});

  std::array<char, 1 << 20> buffer;
  ASSERT_GT(::read(reader, buffer.data(), buffer.size()), 0);
  log.notice("again");
  const ssize_t size = ::read(reader, buffer.data(), buffer.size());
  ASSERT_GT(size, 0);
  const std::string_view text(buffer.data(), static_cast<size_t>(size));
  EXPECT_THAT(text, HasSubstr("[notice] again\n"));
  EXPECT_THAT(text, HasSubstr("[warn] log lines dropped lines="));

  log.notice("and again");
  const ssize_t more = ::read(reader, buffer.data(), buffer.size());
  EXPECT_THAT(std::string(buffer.data(), static_cast<size_t>(more)), Not(HasSubstr("dropped")));
  ::close(reader);
}

TEST_F(LogTest, LinesOfManyThreadsStayWholeAcrossReopen) {
  Log log = open();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&log] {
      for (int i = 0; i < 500; ++i) log.notice("line", {{"value", "0123456789"}});
    });
  }
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(log.reopen().has_value());
  for (std::thread& thread : threads) thread.join();

  std::istringstream lines(contents(file));
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_TRUE(line.ends_with("[notice] line value=0123456789")) << line;
  }
  EXPECT_EQ(count, 2000);
}

TEST_F(LogTest, ReopenIsNothingOnStderr) {
  Log log = std::move(*Log::open("", LogLevel::kNotice, LogFormat::kPlain));
  EXPECT_TRUE(log.reopen().has_value());
  testing::internal::CaptureStderr();
  log.notice("to stderr");
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("[notice] to stderr\n"));
}

}  // namespace
}  // namespace dataaction
