// Turns GoogleTest's events into cmocka's: one test suite is one group, a failing assertion is a
// message that ends in "FILE:LINE: error: Failure!", a failure in SetUp, TearDown, the constructor
// or the destructor of a fixture is an error, one in SetUpTestSuite fails the group.
//
// Owned by GoogleTest's list of listeners, where it replaces the default printer.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/support/cmocka_format.h"
#include "tests/support/cmocka_phase.h"

namespace dataaction::cmocka {

// What cmocka would have written for this failure.
std::string message_of(const testing::TestPartResult& part, std::string_view location_prefix);

class Listener final : public testing::EmptyTestEventListener {
 public:
  // With `abort_on_failure` the first failure is written to stderr and ends the process.
  Listener(std::unique_ptr<Format> format, bool abort_on_failure);

  void OnEnvironmentsSetUpEnd(const testing::UnitTest& program) override;
  void OnTestSuiteStart(const testing::TestSuite& suite) override;
  void OnTestStart(const testing::TestInfo& test) override;
  void OnTestPartResult(const testing::TestPartResult& part) override;
  void OnTestEnd(const testing::TestInfo& test) override;
  void OnTestSuiteEnd(const testing::TestSuite& suite) override;
  void OnTestProgramEnd(const testing::UnitTest& program) override;

 private:
  void report_outside_failures();
  void add_to_test(Phase phase, const std::string& message);

  const std::unique_ptr<Format> format_;
  const bool abort_on_failure_;

  GroupReport group_;
  bool group_begun_ = false;      // its first test has started
  std::string outside_failures_;  // messages that belong to no test, not reported yet

  TestReport test_;
  bool in_test_ = false;
  bool setup_failed_ = false;
  bool teardown_failed_ = false;
};

}  // namespace dataaction::cmocka
