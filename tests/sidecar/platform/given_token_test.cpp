// A token that somebody else asked for.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sidecar/platform/platform_fixture.h"

namespace dataaction {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using GivenTokenTest = PlatformTest;

TEST_F(GivenTokenTest, IsUsedAndNeverReplaced) {
  make().use_token("given");
  EXPECT_TRUE(call(search()));
  EXPECT_EQ(http.asked.at(0).request.headers.find("Authorization"), "Bearer given");
  EXPECT_FALSE(platform->token_expires());

  api = [](const HttpRequest&) { return make_reply(401, ""); };
  for (int time = 0; time < 2; ++time) {
    const PlatformReply refused = call(search());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, PlatformFault::kCredentials);
    EXPECT_THAT(refused.error().message, HasSubstr("the one given is not accepted"));
    EXPECT_THAT(refused.error().message, Not(HasSubstr("Bearer")));
  }
  EXPECT_EQ(http.asked.size(), 2U);
  EXPECT_EQ(token_requests, 0);
}

TEST_F(GivenTokenTest, OursSaysWhenItEnds) {
  make();
  EXPECT_FALSE(platform->token_expires());
  const Clock::TimePoint begin = clock.now();
  EXPECT_TRUE(call(search()));
  EXPECT_EQ(platform->token_expires(), begin + std::chrono::seconds(3600));
}

}  // namespace
}  // namespace dataaction
