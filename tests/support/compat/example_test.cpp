// The example of tests/support/README.md; compare.py checks that the two are the same.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>

#include "tests/support/mock_queue.h"

// The code under test: it calls unlink() as it always does.
static bool remove_stale_socket(const char* path) {
  return unlink(path) == 0 || errno == ENOENT;
}

// Linked with -Wl,--wrap=unlink, every call of unlink() in this program comes here instead.
extern "C" int __wrap_unlink(const char* path) {
  check_expected(path);
  errno = mock_type(int);
  return errno == 0 ? 0 : -1;
}

TEST(RemoveStaleSocket, RemovesTheFile) {
  expect_string(__wrap_unlink, path, "/run/dataactiond.sock");
  will_return(__wrap_unlink, 0);
  EXPECT_TRUE(remove_stale_socket("/run/dataactiond.sock"));
}

TEST(RemoveStaleSocket, IsContentWithoutAFile) {
  expect_any(__wrap_unlink, path);
  will_return(__wrap_unlink, ENOENT);
  EXPECT_TRUE(remove_stale_socket("/run/dataactiond.sock"));
}

TEST(RemoveStaleSocket, SaysThatItMayNot) {
  expect_any(__wrap_unlink, path);
  will_return(__wrap_unlink, EACCES);
  EXPECT_FALSE(remove_stale_socket("/run/dataactiond.sock"));
}
