// What cmocka's output formats are written from: one group (a GoogleTest test suite) and the tests
// that ran in it. Plain values; they own their strings.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace dataaction::cmocka {

// kError is a test whose fixture failed, as in cmocka: the test itself could not be judged.
enum class Status { kPassed, kFailed, kError, kSkipped };

struct TestReport {
  std::string name;
  Status status = Status::kPassed;
  std::string message;  // of every assertion that failed, and of the one that skipped
  double seconds = 0;
};

struct GroupReport {
  std::string name;
  std::vector<TestReport> tests;  // those that were executed, in order
  bool setup_failed = false;      // then no test was executed

  std::size_t count(Status status) const;
  std::size_t errors() const { return count(Status::kError) + (setup_failed ? 1 : 0); }
  double seconds() const;
};

}  // namespace dataaction::cmocka
