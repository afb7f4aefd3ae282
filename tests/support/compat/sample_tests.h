/* Tests that libcmocka and our runner both run, in C and with cmocka's names: sample_cmocka.c
 * includes them after <cmocka.h>, sample_gtest.cpp after tests/support/mock_queue.h, and compare.py
 * demands the same reports of both. The including file defines SAMPLE_TEST(group, name),
 * SAMPLE_CHECK(condition) and SAMPLE_SKIP(). */

/* The same places in both reports, wherever the sources lie. */
#line 10 "sample_tests.h"

SAMPLE_TEST(plain, passes) {
  SAMPLE_CHECK(1 + 1 == 2);
}

SAMPLE_TEST(plain, fails) {
  SAMPLE_CHECK(1 + 1 == 3);
}

SAMPLE_TEST(plain, fails_with_markup) {
  SAMPLE_CHECK('<' == '&' || *"\"]]" == '>');
}

SAMPLE_TEST(plain, is_skipped) {
  SAMPLE_SKIP();
}

SAMPLE_TEST(plain, passes_again) {
  SAMPLE_CHECK(1);
}

SAMPLE_TEST(good, first) {
  SAMPLE_CHECK(1);
}

SAMPLE_TEST(good, second) {
  SAMPLE_CHECK(2);
}

static int measure(const char* unit, int depth) {
  check_expected_ptr(unit);
  check_expected(depth);
  return mock_type(int);
}

static int tick(void) {
  return mock_type(int);
}

static void note(const char* unit) {
  check_expected_ptr(unit);
}

static void opened(void) {
  function_called();
}
static void closed(void) {
  function_called();
}

static int is_even(const unsigned long value, const unsigned long data) {
  return value % 2 == data;
}

SAMPLE_TEST(mocks, everything_is_taken) {
  expect_string(measure, unit, "cm");
  expect_value(measure, depth, 3);
  will_return(measure, 41);
  expect_any(measure, unit);
  expect_in_range(measure, depth, 1, 9);
  will_return(measure, -1);
  int first = measure("cm", 3);
  int second = measure("inch", 9);
  SAMPLE_CHECK(first == 41 && second == -1);
}

SAMPLE_TEST(mocks, counts) {
  will_return_count(tick, 1, 2);
  will_return_always(tick, 5);
  expect_any_always(measure, unit);
  expect_check(measure, depth, is_even, 0);
  will_return_maybe(measure, 7);
  int sum = tick() + tick() + tick() + tick() + measure("cm", 8);
  SAMPLE_CHECK(sum == 19);
}

SAMPLE_TEST(mocks, more_checks) {
  unsigned long odd[] = {1, 3, 5};
  expect_in_set(measure, depth, odd);
  expect_not_in_set(measure, depth, odd);
  expect_not_value(measure, depth, 7);
  expect_not_in_range(measure, depth, 10, 20);
  expect_memory_count(measure, unit, "cm", 3, 2);
  expect_not_memory(measure, unit, "cm", 3);
  expect_not_string(measure, unit, "cm");
  will_return_always(measure, 0);
  measure("cm", 5);
  measure("cm", 6);
  measure("mm", 8);
  measure("km", 21);
}

SAMPLE_TEST(mocks, nothing_queued) {
  tick();
}

SAMPLE_TEST(mocks, one_too_few) {
  will_return(tick, 1);
  tick();
  tick();
}

SAMPLE_TEST(mocks, values_left) {
  will_return(measure, 1);
  will_return_count(tick, 2, 2);
  will_return(tick, 3);
  tick();
}

SAMPLE_TEST(mocks, always_but_never) {
  will_return_always(tick, 1);
}

SAMPLE_TEST(mocks, maybe_and_never) {
  will_return_maybe(tick, 1);
}

SAMPLE_TEST(mocks, behind_an_always) {
  will_return_always(tick, 1);
  will_return(tick, 2);
  tick();
}

SAMPLE_TEST(mocks, checks_left) {
  expect_value(measure, depth, 1);
  expect_any(measure, unit);
  expect_any(measure, unit);
}

SAMPLE_TEST(mocks, nothing_to_check) {
  note("cm");
}

SAMPLE_TEST(mocks, only_the_other_parameter) {
  expect_any(note, other);
  note("cm");
}

SAMPLE_TEST(mocks, wrong_value) {
  expect_any(measure, unit);
  expect_value(measure, depth, 0);
  will_return(measure, 0);
  measure("cm", 255);
}

SAMPLE_TEST(mocks, unwanted_value) {
  expect_any(measure, unit);
  expect_not_value(measure, depth, 9);
  will_return(measure, 0);
  measure("cm", 9);
}

SAMPLE_TEST(mocks, wrong_string) {
  expect_string(measure, unit, "cm");
  expect_any(measure, depth);
  will_return(measure, 0);
  measure("inch", 1);
}

SAMPLE_TEST(mocks, wrong_lines) {
  expect_string(note, unit, "two\n\nlines <&> ]]");
  note("one line");
}

SAMPLE_TEST(mocks, unwanted_string) {
  expect_not_string(measure, unit, "cm");
  expect_any(measure, depth);
  will_return(measure, 0);
  measure("cm", 1);
}

SAMPLE_TEST(mocks, out_of_range) {
  expect_any(measure, unit);
  expect_in_range(measure, depth, 1, 9);
  will_return(measure, 0);
  measure("cm", 10);
}

SAMPLE_TEST(mocks, in_a_forbidden_range) {
  expect_any(measure, unit);
  expect_not_in_range(measure, depth, 1, 9);
  will_return(measure, 0);
  measure("cm", 9);
}

SAMPLE_TEST(mocks, not_in_the_set) {
  unsigned long odd[] = {1, 3, 5};
  expect_any(measure, unit);
  expect_in_set(measure, depth, odd);
  will_return(measure, 0);
  measure("cm", 2);
}

SAMPLE_TEST(mocks, in_a_forbidden_set) {
  unsigned long odd[] = {1, 3, 5};
  expect_any(measure, unit);
  expect_not_in_set(measure, depth, odd);
  will_return(measure, 0);
  measure("cm", 5);
}

SAMPLE_TEST(mocks, refused_by_a_function) {
  expect_any(measure, unit);
  expect_check(measure, depth, is_even, 0);
  will_return(measure, 0);
  measure("cm", 7);
}

SAMPLE_TEST(mocks, calls_in_order) {
  expect_function_calls(opened, 2);
  expect_function_call_any(closed);
  opened();
  opened();
  closed();
  closed();
}

SAMPLE_TEST(mocks, calls_ignored) {
  ignore_function_calls(closed);
  expect_function_call(opened);
  closed();
  opened();
  closed();
}

SAMPLE_TEST(mocks, call_out_of_order) {
  expect_function_call(opened);
  expect_function_call(closed);
  closed();
}

SAMPLE_TEST(mocks, call_missing) {
  expect_function_call(opened);
  expect_function_call_any(closed);
  ignore_function_calls(closed);
  opened();
}

SAMPLE_TEST(mocks, call_unexpected) {
  opened();
}
