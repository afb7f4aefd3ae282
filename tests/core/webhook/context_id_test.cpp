#include "core/webhook/context_id.h"

#include <gtest/gtest.h>

#include <string>

namespace dataaction {
namespace {

const std::string kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string kParent = "00f067aa0ba902b7";
const std::string kGood = "00-" + kTrace + '-' + kParent + "-01";

TEST(ContextId, PrefersTheCorrelationId) {
  EXPECT_EQ(context_id_from("abc-1.2_X", kGood), "abc-1.2_X");
  EXPECT_EQ(context_id_from("", kGood), kTrace);
  EXPECT_EQ(context_id_from("not an id", kGood), kTrace);
  EXPECT_EQ(context_id_from("", ""), "");
}

TEST(ContextId, CorrelationIdIsShortAndPlain) {
  EXPECT_EQ(context_id_from(std::string(128, 'a'), ""), std::string(128, 'a'));
  EXPECT_EQ(context_id_from(std::string(129, 'a'), ""), "");
  for (int c = 0; c < 256; ++c) {
    const std::string id = std::string("a") + static_cast<char>(c);
    const bool plain = c < 128 && (isalnum(c) != 0 || c == '.' || c == '_' || c == '-');
    EXPECT_EQ(context_id_from(id, ""), plain ? id : "") << c;
  }
}

TEST(ContextId, IsAViewIntoTheHeader) {
  EXPECT_EQ(context_id_from("", kGood).data(), kGood.data() + 3);
}

// https://www.w3.org/TR/trace-context/, sections 3.2.2 and 4.3.
TEST(Traceparent, OfVersion00) {
  for (const char* flags : {"00", "01", "03", "ff"}) {
    EXPECT_EQ(context_id_from("", "00-" + kTrace + '-' + kParent + '-' + flags), kTrace) << flags;
  }
}

TEST(Traceparent, OfALaterVersionMayGoOn) {
  EXPECT_EQ(context_id_from("", "cc-" + kTrace + '-' + kParent + "-01"), kTrace);
  EXPECT_EQ(context_id_from("", "cc-" + kTrace + '-' + kParent + "-01-what-comes"), kTrace);
  EXPECT_EQ(context_id_from("", "cc-" + kTrace + '-' + kParent + "-01.what-comes"), "");
  EXPECT_EQ(context_id_from("", "cc-" + kTrace + '-' + kParent + "-011"), "");
}

TEST(Traceparent, InBadFormIsNone) {
  const std::string upper = "4BF92F3577B34DA6A3CE929D0E0E4736";
  for (const std::string& bad : {
           "ff-" + kTrace + '-' + kParent + "-01",
           "0-" + kTrace + '-' + kParent + "-01",
           "0G-" + kTrace + '-' + kParent + "-01",
           "00-" + upper + '-' + kParent + "-01",
           "00-" + std::string(32, '0') + '-' + kParent + "-01",
           "00-" + kTrace + '-' + std::string(16, '0') + "-01",
           "00-" + kTrace + "-00F067AA0BA902B7-01",
           "00-" + kTrace + "-00f067aa0ba902bz-01",
           "00-" + kTrace + '-' + kParent + "-0",
           "00-" + kTrace + '-' + kParent + "-0X",
           "00-" + kTrace + '-' + kParent + "-01-",
           "00-" + kTrace + '-' + kParent + "-01-extra",
           "00-" + kTrace + '-' + kParent + "-012",
           "00-" + kTrace + "1-" + kParent + "-01",
           "00-" + kTrace.substr(1) + '-' + kParent + "-01",
           "00-" + kTrace + '-' + kParent.substr(1) + "-01",
           ' ' + kGood,
           kGood + ' ',
       }) {
    EXPECT_EQ(context_id_from("", bad), "") << bad;
  }
  for (const size_t dash : {2, 35, 52}) {
    std::string bad = kGood;
    bad[dash] = '_';
    EXPECT_EQ(context_id_from("", bad), "") << bad;
  }
}

TEST(Traceparent, CutAnywhereIsNone) {
  for (size_t size = 0; size < kGood.size(); ++size) {
    EXPECT_EQ(context_id_from("", kGood.substr(0, size)), "") << size;
  }
}

}  // namespace
}  // namespace dataaction
