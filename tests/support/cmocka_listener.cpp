#include "tests/support/cmocka_listener.h"

#include <cstdlib>
#include <utility>

namespace dataaction::cmocka {
namespace {

void append_line(std::string& text, std::string_view line) {
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  text += line;
}

}  // namespace

std::string message_of(const testing::TestPartResult& part, std::string_view location_prefix) {
  const auto location = [&part] {
    return std::string(part.file_name()) + ":" + std::to_string(part.line_number()) + ": ";
  };
  if (part.skipped()) {
    std::string message(part.message());
    append_line(message, part.file_name() != nullptr ? location() + "Skipped!\n" : "Skipped!\n");
    return message;
  }

  // FAIL() and ADD_FAILURE() say nothing but "Failed" of their own, as fail() in cmocka.
  std::string_view summary = part.message();
  if (summary == "Failed" || summary == "Failed\n") {
    summary = {};
  } else if (summary.starts_with("Failed\n")) {
    summary.remove_prefix(7);
  }

  std::string message(summary);
  if (part.file_name() == nullptr) return message;

  // The reports of mock_queue.h are whole: they end in a line feed and name the place.
  if (message.ends_with('\n') && message.find(location()) != std::string::npos) return message;

  append_line(message, std::string(location_prefix) + location() + "error: Failure!");
  return message;
}

Listener::Listener(std::unique_ptr<Format> format, bool abort_on_failure)
    : format_(std::move(format)), abort_on_failure_(abort_on_failure) {}

void Listener::OnEnvironmentsSetUpEnd(const testing::UnitTest& /*program*/) {
  report_outside_failures();
}

void Listener::OnTestSuiteStart(const testing::TestSuite& suite) {
  group_ = GroupReport();
  group_.name = suite.name();
  group_begun_ = false;
  format_->group_started(static_cast<std::size_t>(suite.test_to_run_count()));
}

void Listener::OnTestStart(const testing::TestInfo& test) {
  if (!std::exchange(group_begun_, true) && !outside_failures_.empty()) {
    group_.setup_failed = true;
    report_outside_failures();
    format_->group_failed(group_.name, "[  FAILED  ] GROUP SETUP");
  }
  // GoogleTest goes on to report every test of the suite as skipped; cmocka executes none.
  if (group_.setup_failed) return;

  test_ = TestReport();
  test_.name = test.name();
  in_test_ = true;
  setup_failed_ = teardown_failed_ = false;
  format_->test_started(test_.name);
}

void Listener::OnTestPartResult(const testing::TestPartResult& part) {
  if (part.passed()) return;

  const std::string message = message_of(part, format_->location_prefix());
  if (part.skipped()) {
    // Seen only if the fixture then fails, as in cmocka.
    if (in_test_) append_line(test_.message, message);
    return;
  }
  if (abort_on_failure_) {
    write(stderr, message);
    std::abort();
  }
  if (in_test_) {
    add_to_test(phase_of(part), message);
  } else {
    append_line(outside_failures_, message);
  }
}

void Listener::add_to_test(Phase phase, const std::string& message) {
  const bool teardown_begins = phase == Phase::kTeardown && !teardown_failed_;
  setup_failed_ |= phase == Phase::kSetup;
  teardown_failed_ |= phase == Phase::kTeardown;

  if (teardown_begins) {
    test_.message += message;  // cmocka puts no line feed between a test and its fixture
  } else {
    append_line(test_.message, message);
  }
}

void Listener::OnTestEnd(const testing::TestInfo& test) {
  if (!std::exchange(in_test_, false)) return;

  if (setup_failed_) test_.message += "Test setup failed";
  if (teardown_failed_) test_.message += "Test teardown failed";

  const testing::TestResult& result = *test.result();
  test_.seconds = static_cast<double>(result.elapsed_time()) / 1000;
  test_.status = setup_failed_ || teardown_failed_ ? Status::kError
                 : result.Failed()                 ? Status::kFailed
                 : result.Skipped()                ? Status::kSkipped
                                                   : Status::kPassed;

  group_.tests.push_back(std::move(test_));
  format_->test_finished(group_.tests.size(), group_.tests.back());
}

void Listener::OnTestSuiteEnd(const testing::TestSuite& /*suite*/) {
  if (!outside_failures_.empty()) {
    report_outside_failures();
    format_->group_failed(group_.name, "[  FAILED  ] GROUP TEARDOWN");
  }
  format_->group_finished(group_);
}

void Listener::OnTestProgramEnd(const testing::UnitTest& /*program*/) {
  report_outside_failures();
}

void Listener::report_outside_failures() {
  if (outside_failures_.empty()) return;
  write(stderr, "[  ERROR   ] --- " + std::exchange(outside_failures_, {}) + "\n");
}

}  // namespace dataaction::cmocka
