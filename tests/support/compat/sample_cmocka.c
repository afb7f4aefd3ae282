/* The reference: the sample tests under libcmocka itself. Arguments name the groups to run; without
 * any, all run. */
#include <string.h>

/* cmocka.h needs the four before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#define SAMPLE_TEST(group, name) static void group##_##name(__attribute__((unused)) void** state)
#define SAMPLE_CHECK(condition) assert_true(condition)
#define SAMPLE_SKIP() skip()

#include "tests/support/compat/sample_tests.h"

#define FAILURE_AT(file, line) _fail(file, line)
#define UNUSED __attribute__((unused))

static int fixture_fails(UNUSED void** state) {
  FAILURE_AT("fixture", 1);
  return 0;
}

static int fixture_passes(UNUSED void** state) {
  return 0;
}

static void passes(UNUSED void** state) {}

static void fails(UNUSED void** state) {
  FAILURE_AT("test", 2);
}

static void skips(UNUSED void** state) {
  _skip("test", 3);
}

static void fails_natively(UNUSED void** state) {
#line 50 "native"
  assert_int_equal(6 * 9, 42);
}

#define UNIT(group, name) {#name, group##_##name, NULL, NULL, NULL}

static const struct CMUnitTest plain[] = {
    UNIT(plain, passes),     UNIT(plain, fails),        UNIT(plain, fails_with_markup),
    UNIT(plain, is_skipped), UNIT(plain, passes_again),
};

static const struct CMUnitTest good[] = {
    UNIT(good, first),
    UNIT(good, second),
};

static const struct CMUnitTest mocks[] = {
    UNIT(mocks, everything_is_taken),  UNIT(mocks, counts),
    UNIT(mocks, more_checks),          UNIT(mocks, nothing_queued),
    UNIT(mocks, one_too_few),          UNIT(mocks, values_left),
    UNIT(mocks, always_but_never),     UNIT(mocks, maybe_and_never),
    UNIT(mocks, behind_an_always),     UNIT(mocks, checks_left),
    UNIT(mocks, nothing_to_check),     UNIT(mocks, only_the_other_parameter),
    UNIT(mocks, wrong_value),          UNIT(mocks, unwanted_value),
    UNIT(mocks, wrong_string),         UNIT(mocks, wrong_lines),
    UNIT(mocks, unwanted_string),      UNIT(mocks, out_of_range),
    UNIT(mocks, in_a_forbidden_range), UNIT(mocks, not_in_the_set),
    UNIT(mocks, in_a_forbidden_set),   UNIT(mocks, refused_by_a_function),
    UNIT(mocks, calls_in_order),       UNIT(mocks, calls_ignored),
    UNIT(mocks, call_out_of_order),    UNIT(mocks, call_missing),
    UNIT(mocks, call_unexpected),
};

static const struct CMUnitTest native[] = {
    cmocka_unit_test(fails_natively),
};

static const struct CMUnitTest setup_fails[] = {
    cmocka_unit_test_setup_teardown(passes, fixture_fails, fixture_passes),
    cmocka_unit_test_setup_teardown(fails, fixture_fails, fixture_passes),
};

static const struct CMUnitTest teardown_fails[] = {
    cmocka_unit_test_setup_teardown(passes, fixture_passes, fixture_fails),
    cmocka_unit_test_setup_teardown(fails, fixture_passes, fixture_fails),
    cmocka_unit_test_setup_teardown(skips, fixture_passes, fixture_fails),
};

static const struct CMUnitTest two[] = {cmocka_unit_test(passes), cmocka_unit_test(fails)};

static const struct CMUnitTest markup[] = {
    {"passes <&> \"quoted\"", passes, NULL, NULL, NULL},
    {"fails <&> 'quoted'", fails, NULL, NULL, NULL},
    {"skips ]]>", skips, NULL, NULL, NULL},
};

static int chosen(int argc, char** argv, const char* group) {
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], group) == 0) return 1;
  }
  return argc == 1;
}

#define RUN(name, tests, setup, teardown) \
  if (chosen(argc, argv, name)) failed += cmocka_run_group_tests_name(name, tests, setup, teardown)

int main(int argc, char** argv) {
  int failed = 0;
  RUN("plain", plain, NULL, NULL);
  RUN("good", good, NULL, NULL);
  RUN("mocks", mocks, NULL, NULL);
  RUN("native", native, NULL, NULL);
  RUN("setup_fails", setup_fails, NULL, NULL);
  RUN("teardown_fails", teardown_fails, NULL, NULL);
  RUN("group_setup_fails", two, fixture_fails, NULL);
  RUN("group_teardown_fails", two, NULL, fixture_fails);
  RUN("markup", markup, NULL, NULL);
  return failed;
}
