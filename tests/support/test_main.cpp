// main() of every test binary: GoogleTest, with cmocka's environment and mock queues.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/cmocka_environment.h"
#include "tests/support/mock_queue.h"

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  dataaction::cmocka::install_environment();
  // Behind the printers: it fails a test at its very end, and they report after it.
  dataaction::mock_queue::install();
  return RUN_ALL_TESTS();
}
