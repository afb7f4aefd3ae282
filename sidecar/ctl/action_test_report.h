// What the platform says of a test of a Data Action (the model TestExecutionResult), for people:
//
//     ok      resolve the input
//     FAILED  call the service: status 404 ...
//     result  {"title": ...}
//
// Pure.

#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace dataaction {

struct TestReport {
  bool success = false;
  std::string text;  // lines
};

// An error is a message: it is no such result.
std::expected<TestReport, std::string> read_test_report(std::string_view json);

}  // namespace dataaction
