#include "tests/support/cmocka_text.h"

#include <vector>

namespace dataaction::cmocka {
namespace {

// The lines of a message; a line feed at its end does not begin another one.
std::vector<std::string_view> lines_of(std::string_view message) {
  std::vector<std::string_view> lines;
  while (!message.empty()) {
    const std::size_t end = message.find('\n');
    lines.push_back(message.substr(0, end));
    message.remove_prefix(end == std::string_view::npos ? message.size() : end + 1);
  }
  return lines;
}

void list_names(const GroupReport& group, Status status, std::string_view mark,
                std::string_view word, std::size_t total) {
  const std::size_t listed = group.count(status);
  if (listed == 0) return;

  std::string text;
  text.append(mark).append(std::to_string(listed)).append(" test(s), listed below:\n");
  for (const TestReport& test : group.tests) {
    if (test.status == status) text.append(mark).append(test.name).append("\n");
  }
  text.append("\n ").append(std::to_string(total)).append(" ").append(word).append(" TEST(S)\n");
  write(stderr, text);
}

}  // namespace

void StdoutFormat::group_started(std::size_t planned) {
  write(stdout, "[==========] Running " + std::to_string(planned) + " test(s).\n");
}

void StdoutFormat::test_started(std::string_view name) {
  write(stdout, std::string("[ RUN      ] ").append(name).append("\n"));
}

void StdoutFormat::test_finished(std::size_t /*number*/, const TestReport& test) {
  switch (test.status) {
    case Status::kPassed:
      write(stdout, "[       OK ] " + test.name + "\n");
      break;
    case Status::kFailed:
      write(stderr, "[  ERROR   ] --- " + test.message + "\n");
      write(stdout, "[  FAILED  ] " + test.name + "\n");
      break;
    case Status::kError:
      group_failed(test.name, could_not_run(test));
      break;
    case Status::kSkipped:
      write(stdout, "[  SKIPPED ] " + test.name + "\n");
      break;
  }
}

void StdoutFormat::group_failed(std::string_view group, std::string_view what) {
  write(stderr, std::string(what).append("\n[  ERROR   ] ").append(group).append("\n"));
}

void StdoutFormat::group_finished(const GroupReport& group) {
  write(stdout, "[==========] " + std::to_string(group.tests.size()) + " test(s) run.\n");
  write(stderr, "[  PASSED  ] " + std::to_string(group.count(Status::kPassed)) + " test(s).\n");

  list_names(group, Status::kSkipped, "[  SKIPPED ] ", "SKIPPED", group.count(Status::kSkipped));
  list_names(group, Status::kFailed, "[  FAILED  ] ", "FAILED",
             group.count(Status::kFailed) + group.errors());
}

void TapFormat::group_started(std::size_t planned) {
  write(stdout, "1.." + std::to_string(planned) + "\n");
}

void TapFormat::test_finished(std::size_t number, const TestReport& test) {
  const std::string n = std::to_string(number);
  std::string text;

  switch (test.status) {
    case Status::kPassed:
      text = "ok " + n + " - " + test.name + "\n";
      break;
    case Status::kFailed:
      text = "not ok " + n + " - " + test.name + "\n";
      for (std::string_view line : lines_of(test.message)) text.append("# ").append(line) += '\n';
      break;
    case Status::kError:
      text = "not ok " + n + " - " + test.name + " " + could_not_run(test) + "\n";
      break;
    case Status::kSkipped:
      text = "not ok " + n + " # SKIP " + test.name + "\n";
      break;
  }
  write(stdout, text);
}

void TapFormat::group_failed(std::string_view group, std::string_view what) {
  write(stdout, std::string("not ok 0 - ").append(group).append(" ").append(what).append("\n"));
}

void TapFormat::group_finished(const GroupReport& group) {
  const std::size_t good = group.count(Status::kPassed) + group.count(Status::kSkipped);
  write(stdout, (good == group.tests.size() ? "# ok - " : "# not ok - ") + group.name + "\n");
}

void SubunitFormat::test_started(std::string_view name) {
  write(stdout, std::string("test: ").append(name).append("\n"));
}

void SubunitFormat::test_finished(std::size_t /*number*/, const TestReport& test) {
  std::string text;

  switch (test.status) {
    case Status::kPassed:
      text = "success: " + test.name + "\n";
      break;
    case Status::kFailed:
      text = "failure: " + test.name + " [\n";
      for (std::string_view line : lines_of(test.message)) {
        // A "]" alone on a line ends the message; the protocol quotes it with a space.
        if (line == "]") text += ' ';
        text.append(line) += '\n';
      }
      if (test.message.ends_with('\n')) text += '\n';  // libcmocka adds one of its own
      text += "]\n";
      break;
    case Status::kError:
      group_failed(test.name, could_not_run(test));
      return;
    case Status::kSkipped:
      text = "skip: " + test.name + "\n";
      break;
  }
  write(stdout, text);
}

void SubunitFormat::group_failed(std::string_view group, std::string_view what) {
  write(stdout, std::string("error: ").append(group).append(" [ ").append(what).append(" ]\n"));
}

}  // namespace dataaction::cmocka
