// Tells whether a failure came from a fixture or from the test itself. cmocka reports the two
// differently (error and failure); GoogleTest's events do not distinguish them.
#pragma once

#include <gtest/gtest.h>

namespace dataaction::cmocka {

enum class Phase { kSetup, kTest, kTeardown };

// To be called in OnTestPartResult, on the thread that failed: the answer is read from the call
// stack, or for an exception from GoogleTest's message. Without a fixture there it is kTest.
Phase phase_of(const testing::TestPartResult& part);

}  // namespace dataaction::cmocka
