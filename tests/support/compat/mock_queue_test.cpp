#include "tests/support/mock_queue.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace dataaction {
namespace {

enum class Colour : unsigned char { kRed = 3 };

template <class T>
T taken() {
  return mock<T>();
}

void accept(const void* bytes) {
  check_expected(bytes);
}
void report(int level) {
  check_expected(level);
}
void first() {
  function_called();
}
void second() {
  function_called();
}

TEST(MockQueue, KeepsEveryKindOfWord) {
  static const char text[] = "text";
  will_return(taken, -1);
  will_return(taken, INT64_MIN);
  will_return(taken, UINT64_MAX);
  will_return(taken, true);
  will_return(taken, Colour::kRed);
  will_return(taken, text);
  will_return(taken, nullptr);

  EXPECT_EQ(taken<int>(), -1);
  EXPECT_EQ(taken<std::int64_t>(), INT64_MIN);
  EXPECT_EQ(taken<std::uint64_t>(), UINT64_MAX);
  EXPECT_TRUE(taken<bool>());
  EXPECT_EQ(taken<Colour>(), Colour::kRed);
  EXPECT_EQ(taken<const char*>(), text);
  EXPECT_EQ(taken<const char*>(), nullptr);
}

TEST(MockQueue, KnowsAFunctionByTheLastPartOfItsName) {
  will_return(dataaction::taken, 4);
  EXPECT_EQ(taken<int>(), 4);
}

TEST(MockQueue, GivesZeroWhereNothingIsQueued) {
  int value = 1;
  EXPECT_NONFATAL_FAILURE(value = taken<int>(),
                          "error: Could not get value to mock function taken");
  EXPECT_EQ(value, 0);
}

TEST(MockQueue, RefusesACountOfNone) {
  EXPECT_NONFATAL_FAILURE(will_return_count(taken, 1, 0), "a count of 0 queues nothing");
}

TEST(MockQueue, NamesWhatIsLeftAndThenForgetsIt) {
  will_return(taken, 1);
  EXPECT_NONFATAL_FAILURE(mock_queue::verify(),
                          "taken() has remaining non-returned values.\n" __FILE__);
  mock_queue::verify();
}

TEST(MockQueue, CopiesStringsAndMemory) {
  std::string text = "before";
  expect_string(accept, bytes, text.c_str());
  expect_memory(accept, bytes, text.data(), text.size());
  text = "after!";
  accept("before");
  accept("before, and more");
}

TEST(MockQueue, ShowsWhereMemoryDiffers) {
  expect_memory(accept, bytes, "a\xff", 2);
  EXPECT_NONFATAL_FAILURE(accept("ab"), "difference at offset 1 0x62 0xff\n1 bytes differ\n");

  expect_not_memory(accept, bytes, "ab", 2);
  EXPECT_NONFATAL_FAILURE(accept("ab"), "2 bytes are the same\n");

  expect_memory(accept, bytes, std::string(20, 'a').data(), 20);
  EXPECT_NONFATAL_FAILURE(accept(std::string(20, 'b').data()), "...\n20 bytes differ\n");
}

TEST(MockQueue, TakesANullString) {
  expect_string(accept, bytes, "text");
  EXPECT_NONFATAL_FAILURE(accept(nullptr), "\"(null)\" != \"text\"\n");
}

TEST(MockQueue, LetsACheckUseAMockItself) {
  will_return(taken, 7);
  expect_check(
      report, level,
      [](mock_queue::Word value, mock_queue::Word) {
        return static_cast<int>(value == taken<mock_queue::Word>());
      },
      nullptr);
  report(7);
}

TEST(MockQueue, SkipsCallsThatMayBeAbsent) {
  ignore_function_calls(first);
  expect_function_call(second);
  second();
  first();
}

TEST(MockQueue, RefusesACallThatOnlyIgnoredOnesPrecede) {
  ignore_function_calls(first);
  EXPECT_NONFATAL_FAILURE(second(),
                          "No expected mock calls matching called() invocation in second");
}

TEST(MockQueue, IsOneForAllThreads) {
  will_return_count(taken, 1, 2000);
  int sums[2] = {};
  {
    const auto take = [](int& sum) {
      for (int i = 0; i < 1000; i++) sum += taken<int>();
    };
    std::jthread one(take, std::ref(sums[0]));
    std::jthread other(take, std::ref(sums[1]));
  }
  EXPECT_EQ(sums[0] + sums[1], 2000);
}

class QueuedInSetUp : public testing::Test {
 protected:
  void SetUp() override { will_return(taken, 9); }
};

TEST_F(QueuedInSetUp, IsThereInTheTest) {
  EXPECT_EQ(taken<int>(), 9);
}

}  // namespace
}  // namespace dataaction
