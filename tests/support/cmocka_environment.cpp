#include "tests/support/cmocka_environment.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string_view>

#include "tests/support/cmocka_listener.h"

namespace dataaction::cmocka {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

// For GoogleTest's own output, which has printed the failure by the time this one hears of it.
class AbortOnFailure final : public testing::EmptyTestEventListener {
  void OnTestPartResult(const testing::TestPartResult& part) override {
    if (part.failed()) std::abort();
  }
};

}  // namespace

void install_environment() {
  testing::TestEventListeners& listeners = testing::UnitTest::GetInstance()->listeners();
  const bool abort_on_failure = variable("CMOCKA_TEST_ABORT") == "1";

  if (const auto output = parse_output(variable("CMOCKA_MESSAGE_OUTPUT"))) {
    delete listeners.Release(listeners.default_result_printer());
    listeners.Append(new Listener(make_format(*output), abort_on_failure));
  } else if (abort_on_failure) {
    listeners.Append(new AbortOnFailure);
  }
}

}  // namespace dataaction::cmocka
