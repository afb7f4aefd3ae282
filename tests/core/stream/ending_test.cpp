#include "core/stream/ending.h"

#include <gtest/gtest.h>

#include <set>

namespace dataaction {
namespace {

TEST(Ending, EachReasonHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < kEndReasonNames.size(); ++i) {
    const auto reason = static_cast<EndReason>(i);
    EXPECT_TRUE(names.insert(name_of(reason)).second) << i;
    EXPECT_EQ(end_reason(name_of(reason)), reason);
  }
  EXPECT_EQ(name_of(EndReason::kNone), "");
  EXPECT_EQ(name_of(EndReason::kUpstream), "upstream");
  EXPECT_EQ(name_of(EndReason::kRefused), "refused");
}

TEST(Ending, UnknownNamesAreTheUpstreams) {
  EXPECT_EQ(end_reason("out_of_cheese"), EndReason::kUpstream);
  EXPECT_EQ(end_reason("Limit"), EndReason::kUpstream);
}

TEST(Ending, IsCompleteAtTheEndAndAtTheLimit) {
  for (size_t i = 0; i < kEndReasonNames.size(); ++i) {
    const Ending ending{static_cast<EndReason>(i)};
    EXPECT_EQ(ending.complete(),
              ending.reason == EndReason::kNone || ending.reason == EndReason::kLimit)
        << i;
  }
}

}  // namespace
}  // namespace dataaction
