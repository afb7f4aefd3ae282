// cmocka's mock queues for GoogleTest: a test queues what a replaced function shall return and what
// it shall be given; the replacement, put in place with the linker's --wrap, takes from the queue.
//
//   extern "C" int __wrap_unlink(const char* path) {
//     check_expected(path);
//     return mock_type(int);
//   }
//   TEST(Cleanup, ReportsAFileItCannotRemove) {
//     expect_string(__wrap_unlink, path, "/run/stale.sock");
//     will_return(__wrap_unlink, -1);
//     ...
//
// Names, counts, order and messages are cmocka's. What a test leaves in a queue, and what it takes
// without having queued it, fails that test with file and line. Two things differ: taking from an
// empty queue gives 0 and the test goes on (jumping out of it would skip destructors), and SetUp,
// test and TearDown share their queues. A test that fails otherwise or is skipped is not asked for
// its leftovers. The queues are global, may be used from any thread, and are empty between tests.
#pragma once

#include <source_location>

#include "tests/support/cmocka_checks.h"

namespace dataaction::mock_queue {

using Location = std::source_location;

// Counts beside 1, 2, 3...: at least once, and any number of times.
constexpr int kAlways = -1;
constexpr int kMaybe = -2;

// Appends the listener that checks the queues as each test ends; behind those that print results.
void install();

void add_return(const char* function, Word value, int count, Location = Location::current());
Word take_return(const char* function, Location);

void add_check(const char* function, const char* parameter, Check check, int count,
               Location = Location::current());
void take_check(const char* function, const char* parameter, Word value,
                Location = Location::current());

void add_call(const char* function, int count, Location = Location::current());
void take_call(const char* function, Location = Location::current());

// Fails the running test for everything that is still queued, and empties the queues.
void verify();

}  // namespace dataaction::mock_queue

namespace dataaction {

// The next value queued for the function that calls this.
template <class T = mock_queue::Word>
T mock(mock_queue::Location where = mock_queue::Location::current(),
       const char* function = __builtin_FUNCTION()) {
  return mock_queue::from_word<T>(mock_queue::take_return(function, where));
}

}  // namespace dataaction

// cmocka's own names, so that its mocks and its documentation serve here as they are.

#define mock_type(type) ::dataaction::mock<type>()
#define mock_ptr_type(type) ::dataaction::mock<type>()

#define WILL_RETURN_ALWAYS ::dataaction::mock_queue::kAlways
#define WILL_RETURN_ONCE ::dataaction::mock_queue::kMaybe

#define will_return_count(function, value, count) \
  ::dataaction::mock_queue::add_return(#function, ::dataaction::mock_queue::to_word(value), count)
#define will_return(function, value) will_return_count(function, value, 1)
#define will_return_always(function, value) will_return_count(function, value, WILL_RETURN_ALWAYS)
#define will_return_maybe(function, value) will_return_count(function, value, WILL_RETURN_ONCE)

#define check_expected(parameter)                            \
  ::dataaction::mock_queue::take_check(__func__, #parameter, \
                                       ::dataaction::mock_queue::to_word(parameter))
#define check_expected_ptr(parameter) check_expected(parameter)

#define DATAACTION_EXPECT(function, parameter, check, count) \
  ::dataaction::mock_queue::add_check(#function, #parameter, ::dataaction::mock_queue::check, count)

#define expect_any_count(function, parameter, count) \
  DATAACTION_EXPECT(function, parameter, any(), count)
#define expect_any(function, parameter) expect_any_count(function, parameter, 1)
#define expect_any_always(function, parameter) \
  expect_any_count(function, parameter, WILL_RETURN_ALWAYS)

#define expect_value_count(function, parameter, value, count) \
  DATAACTION_EXPECT(function, parameter, value_is(::dataaction::mock_queue::to_word(value)), count)
#define expect_value(function, parameter, value) expect_value_count(function, parameter, value, 1)
#define expect_not_value_count(function, parameter, value, count)                                \
  DATAACTION_EXPECT(function, parameter, value_is_not(::dataaction::mock_queue::to_word(value)), \
                    count)
#define expect_not_value(function, parameter, value) \
  expect_not_value_count(function, parameter, value, 1)

#define expect_in_range_count(function, parameter, minimum, maximum, count) \
  DATAACTION_EXPECT(function, parameter,                                    \
                    in_range(::dataaction::mock_queue::to_word(minimum),    \
                             ::dataaction::mock_queue::to_word(maximum)),   \
                    count)
#define expect_in_range(function, parameter, minimum, maximum) \
  expect_in_range_count(function, parameter, minimum, maximum, 1)
#define expect_not_in_range_count(function, parameter, minimum, maximum, count) \
  DATAACTION_EXPECT(function, parameter,                                        \
                    not_in_range(::dataaction::mock_queue::to_word(minimum),    \
                                 ::dataaction::mock_queue::to_word(maximum)),   \
                    count)
#define expect_not_in_range(function, parameter, minimum, maximum) \
  expect_not_in_range_count(function, parameter, minimum, maximum, 1)

#define expect_in_set_count(function, parameter, values, count)                                \
  DATAACTION_EXPECT(function, parameter, in_words(::dataaction::mock_queue::words_of(values)), \
                    count)
#define expect_in_set(function, parameter, values) \
  expect_in_set_count(function, parameter, values, 1)
#define expect_not_in_set_count(function, parameter, values, count)                                \
  DATAACTION_EXPECT(function, parameter, not_in_words(::dataaction::mock_queue::words_of(values)), \
                    count)
#define expect_not_in_set(function, parameter, values) \
  expect_not_in_set_count(function, parameter, values, 1)

#define expect_string_count(function, parameter, string, count) \
  DATAACTION_EXPECT(function, parameter, string_is(string), count)
#define expect_string(function, parameter, string) \
  expect_string_count(function, parameter, string, 1)
#define expect_not_string_count(function, parameter, string, count) \
  DATAACTION_EXPECT(function, parameter, string_is_not(string), count)
#define expect_not_string(function, parameter, string) \
  expect_not_string_count(function, parameter, string, 1)

#define expect_memory_count(function, parameter, memory, size, count) \
  DATAACTION_EXPECT(function, parameter, memory_is(memory, size), count)
#define expect_memory(function, parameter, memory, size) \
  expect_memory_count(function, parameter, memory, size, 1)
#define expect_not_memory_count(function, parameter, memory, size, count) \
  DATAACTION_EXPECT(function, parameter, memory_is_not(memory, size), count)
#define expect_not_memory(function, parameter, memory, size) \
  expect_not_memory_count(function, parameter, memory, size, 1)

#define expect_check(function, parameter, check, data) \
  DATAACTION_EXPECT(function, parameter,               \
                    check_function(check, ::dataaction::mock_queue::to_word(data)), 1)

#define expect_function_calls(function, times) ::dataaction::mock_queue::add_call(#function, times)
#define expect_function_call(function) expect_function_calls(function, 1)
#define expect_function_call_any(function) expect_function_calls(function, WILL_RETURN_ALWAYS)
#define ignore_function_calls(function) expect_function_calls(function, WILL_RETURN_ONCE)
#define function_called() ::dataaction::mock_queue::take_call(__func__)
