// One of the output formats of libcmocka 1.1.5 (CMOCKA_MESSAGE_OUTPUT), written as the tests run.
// Results go to stdout and are flushed at once; what libcmocka writes to stderr goes there too.
//
// The differences from libcmocka are deliberate and listed in README.md: no message is cut at 1,023
// bytes, and XML and SUBUNIT stay well-formed whatever a name or a message contains.
#pragma once

#include <cstddef>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tests/support/cmocka_report.h"

namespace dataaction::cmocka {

enum class Output { kStdout, kTap, kXml, kSubunit };

// The value of CMOCKA_MESSAGE_OUTPUT, in any case; nothing for a value that libcmocka ignores too.
std::optional<Output> parse_output(std::string_view value);

class Format {
 public:
  virtual ~Format() = default;

  // What stands before "FILE:LINE: error: Failure!" in a message.
  virtual std::string_view location_prefix() const { return {}; }

  virtual void group_started(std::size_t /*planned*/) {}
  virtual void test_started(std::string_view /*name*/) {}
  // `number` counts from 1 in each group.
  virtual void test_finished(std::size_t /*number*/, const TestReport& /*test*/) {}
  // The fixture of a whole group failed; `what` is cmocka's text for it.
  virtual void group_failed(std::string_view /*group*/, std::string_view /*what*/) {}
  virtual void group_finished(const GroupReport& /*group*/) {}
};

std::unique_ptr<Format> make_format(Output output);

// The text of an error in cmocka's streaming formats (its XML has the bare message).
std::string could_not_run(const TestReport& test);

// Writes all of `text`, then flushes: tests share stdout with the code they test.
void write(std::FILE* stream, std::string_view text);

}  // namespace dataaction::cmocka
