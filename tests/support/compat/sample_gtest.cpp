// The sample tests under our runner; group by group what sample_cmocka.c has.
#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/support/mock_queue.h"

#define SAMPLE_TEST(group, name) TEST(group, name)
#define SAMPLE_CHECK(condition)             \
  do {                                      \
    if (!(condition)) FAIL() << #condition; \
  } while (0)
#define SAMPLE_SKIP() GTEST_SKIP()

#include "tests/support/compat/sample_tests.h"

// FAIL() and GTEST_SKIP() with the place where the reference fails and skips.
#define FAILURE_AT(file, line) GTEST_FAIL_AT(file, line)
#define SKIP_AT(file, line) return GTEST_MESSAGE_AT_(file, line, "", testing::TestPartResult::kSkip)

TEST(native, fails_natively) {
#line 50 "native"
  ASSERT_EQ(6 * 9, 42);
}

struct setup_fails : testing::Test {
  void SetUp() override { FAILURE_AT("fixture", 1); }
};

TEST_F(setup_fails, passes) {}
TEST_F(setup_fails, fails) {
  FAILURE_AT("test", 2);
}

struct teardown_fails : testing::Test {
  void TearDown() override { FAILURE_AT("fixture", 1); }
};

TEST_F(teardown_fails, passes) {}
TEST_F(teardown_fails, fails) {
  FAILURE_AT("test", 2);
}
TEST_F(teardown_fails, skips) {
  SKIP_AT("test", 3);
}

struct group_setup_fails : testing::Test {
  static void SetUpTestSuite() { FAILURE_AT("fixture", 1); }
};

TEST_F(group_setup_fails, passes) {}
TEST_F(group_setup_fails, fails) {
  FAILURE_AT("test", 2);
}

struct group_teardown_fails : testing::Test {
  static void TearDownTestSuite() { FAILURE_AT("fixture", 1); }
};

TEST_F(group_teardown_fails, passes) {}
TEST_F(group_teardown_fails, fails) {
  FAILURE_AT("test", 2);
}

namespace {

using Body = void (*)();

// Names that TEST() cannot spell.
void add(const char* group, const char* name, Body body) {
  class Test : public testing::Test {
   public:
    explicit Test(Body body) : body_(body) {}
    void TestBody() override { body_(); }

   private:
    Body body_;
  };
  testing::RegisterTest(group, name, nullptr, nullptr, __FILE__, __LINE__,
                        [body]() -> testing::Test* { return new Test(body); });
}

[[maybe_unused]] const bool registered = [] {
  add("markup", "passes <&> \"quoted\"", [] {});
  add("markup", "fails <&> 'quoted'", [] { FAILURE_AT("test", 2); });
  add("markup", "skips ]]>", [] { GTEST_SKIP(); });

  // No like of these in cmocka, or libcmocka would write a damaged report.
  add("Typed/0", "cdata", [] { FAIL() << "before ]]> after"; });
  add("Typed/0", "bytes", [] { FAIL() << "\x01 \xff \xed\xa0\x80 \xf0\x9f\x8e\xb5 end"; });
  add("Typed/0", "bracket", [] { FAIL() << "one\n]\nsuccess: forged"; });
  add("Typed/0", "long", [] { FAIL() << std::string(5000, 'x') << " end"; });
  add("Typed/0", "two", [] {
    ADD_FAILURE_AT("test", 1) << "first";
    ADD_FAILURE_AT("test", 2) << "second";
  });
  return true;
}();

}  // namespace

// Nor of these: a fixture in C neither throws nor has a constructor.
struct fixture_throws : testing::Test {
  void SetUp() override { throw std::runtime_error("thrown early"); }
};

struct constructor_fails : testing::Test {
  constructor_fails() { ADD_FAILURE_AT("fixture", 1) << "no resources"; }
};

struct fixture_skips : testing::Test {
  void SetUp() override { GTEST_SKIP() << "not on this machine"; }
};

TEST_F(fixture_throws, passes) {}
TEST_F(constructor_fails, passes) {}
TEST_F(fixture_skips, passes) {}
