#include "core/platform/token_bucket.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace dataaction {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr milliseconds kStart = 12'345ms;

// Sends one request after the other, each as soon as the bucket lets it, the first not before
// `now`.
class Sender {
 public:
  explicit Sender(unsigned rate) : bucket(rate) {}

  void send(milliseconds at) {
    now = std::max(now, at);
    while (const auto later = bucket.take(now)) {
      ASSERT_GT(*later, now);
      now = *later;
    }
    sent.push_back(now);
  }
  void send_until(milliseconds end) {
    while (now < end) send(now);
  }

  // The most that left in any span of that length.
  size_t most_in(milliseconds span) const {
    size_t most = 0;
    for (size_t first = 0, last = 0; last < sent.size(); ++last) {
      while (sent[last] - sent[first] >= span) ++first;
      most = std::max(most, last - first + 1);
    }
    return most;
  }

  TokenBucket bucket;
  milliseconds now = kStart;
  std::vector<milliseconds> sent;
};

TEST(TokenBucket, LetsASecondsWorthGoAtOnce) {
  TokenBucket bucket(300);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(bucket.take(kStart));
  // 296 a minute.
  EXPECT_EQ(bucket.take(kStart), kStart + 203ms);
  EXPECT_EQ(bucket.take(kStart + 100ms), kStart + 203ms);
  EXPECT_FALSE(bucket.take(kStart + 203ms));
  EXPECT_EQ(bucket.take(kStart + 203ms), kStart + 406ms);
}

TEST(TokenBucket, OfASlowRateLetsOneGo) {
  TokenBucket bucket(1);
  EXPECT_FALSE(bucket.take(kStart));
  EXPECT_EQ(bucket.take(kStart), kStart + 60s);
  EXPECT_EQ(TokenBucket(0).rate(), 1u);
}

TEST(TokenBucket, TakesNothingFromOneWhoWaits) {
  TokenBucket bucket(60);
  EXPECT_FALSE(bucket.take(kStart));
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(bucket.take(kStart), kStart + 1s);
  EXPECT_FALSE(bucket.take(kStart + 1s));
}

TEST(TokenBucket, SurvivesATimeThatGoesBack) {
  TokenBucket bucket(60);
  EXPECT_FALSE(bucket.take(kStart));
  EXPECT_EQ(bucket.take(kStart - 5s), kStart - 4s);
  EXPECT_EQ(bucket.take(kStart + 500ms), kStart + 1s);
}

TEST(TokenBucket, NeverMoreThanTheRateInAnyMinute) {
  for (const unsigned rate : {1U, 2U, 30U, 59U, 60U, 61U, 119U, 120U, 300U, 1000U, 6000U}) {
    std::mt19937 random(rate);
    Sender sender(rate);
    // Rushes, pauses of any length, refusals, other limits for a while.
    while (sender.now < kStart + 30min) {
      for (unsigned rush = random() % (2 * rate); rush > 0; --rush) sender.send(sender.now);
      sender.now += milliseconds(random() % (random() % 4 == 0 ? 90'000 : 900));
      if (random() % 8 == 0) {
        sender.bucket.on_429(milliseconds(random() % 20'000), sender.now);
      }
      const RateLimit seen{random() % (2 * rate + 1), random() % (2 * rate + 1),
                           std::chrono::seconds(random() % 70)};
      if (random() % 4 == 0) sender.bucket.learn(seen, sender.now);
    }
    EXPECT_LE(sender.most_in(60s), rate) << rate;
    EXPECT_LE(sender.most_in(1ms), std::max(1U, rate / 60)) << rate;
  }
}

TEST(TokenBucket, UsesTheRateButForTheBurst) {
  for (const unsigned rate : {1U, 60U, 300U, 6000U}) {
    Sender sender(rate);
    sender.send_until(kStart + 10min);
    EXPECT_GE(sender.sent.size(), 10 * (rate - std::max(1U, rate / 60) + 1)) << rate;
    EXPECT_LE(sender.most_in(60s), rate) << rate;
  }
}

TEST(TokenBucket, FollowsWhatThePlatformAllows) {
  Sender sender(300);
  sender.bucket.learn({180, 1, 61s}, kStart);
  EXPECT_EQ(sender.bucket.rate(), 180u);
  sender.send_until(kStart + 5min);
  EXPECT_LE(sender.most_in(60s), 180u);
  EXPECT_GE(sender.sent.size(), 5 * 178u);
  sender.bucket.learn({240, 1, 61s}, sender.now);
  EXPECT_EQ(sender.bucket.rate(), 240u);
  sender.bucket.learn({3000, 1, 61s}, sender.now);
  EXPECT_EQ(sender.bucket.rate(), 300u);
  sender.bucket.learn({0, 0, 0s}, sender.now);
  EXPECT_EQ(sender.bucket.rate(), 1u);
}

TEST(TokenBucket, SpreadsTheLastFifth) {
  Sender sender(300);
  sender.bucket.learn({300, 239, 30s}, kStart);
  EXPECT_FALSE(sender.bucket.take(kStart));
  EXPECT_FALSE(sender.bucket.take(kStart));  // as ever

  sender.bucket.learn({300, 240, 30s}, kStart);
  sender.send_until(kStart + 30s);
  EXPECT_LE(sender.most_in(30s), 60u + 1);
  EXPECT_GE(sender.sent.size(), 60u);
  EXPECT_EQ(sender.most_in(499ms), 1u);

  // And then as before.
  const size_t before = sender.sent.size();
  sender.send_until(kStart + 60s);
  EXPECT_GE(sender.sent.size() - before, 296 / 2 - 1);
}

TEST(TokenBucket, IsFullAgainASecondAfterTheReset) {
  TokenBucket bucket(300);
  bucket.learn({300, 240, 30s}, kStart);
  EXPECT_FALSE(bucket.take(kStart));
  EXPECT_TRUE(bucket.take(kStart));
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(bucket.take(kStart + 31s)) << i;
  EXPECT_TRUE(bucket.take(kStart + 31s));
}

TEST(TokenBucket, IsNotFasterForAResetThatIsNear) {
  Sender sender(300);
  sender.bucket.learn({300, 240, 1s}, kStart);
  sender.send_until(kStart + 60s);
  EXPECT_LE(sender.most_in(60s), 300u);
  EXPECT_GE(sender.sent.size(), 296u);
}

TEST(TokenBucket, WaitsForTheResetWhenAllIsUsed) {
  TokenBucket bucket(300);
  bucket.learn({300, 300, 17s}, kStart);
  EXPECT_EQ(bucket.take(kStart), kStart + 17s);
  bucket.learn({300, 400, 16s}, kStart + 500ms);
  EXPECT_EQ(bucket.take(kStart + 500ms), kStart + 17s);
  EXPECT_FALSE(bucket.take(kStart + 17s));
}

TEST(TokenBucket, DoesNotBelieveAFarReset) {
  TokenBucket bucket(300);
  bucket.learn({300, 300, std::chrono::seconds(INT64_MAX)}, kStart);
  EXPECT_EQ(bucket.take(kStart), kStart + 120s);
  TokenBucket slow(300);
  slow.learn({UINT64_MAX, UINT64_MAX - 1, std::chrono::seconds(1'792'000'000)}, kStart);
  EXPECT_FALSE(slow.take(kStart));
  EXPECT_EQ(slow.take(kStart), kStart + 60s);  // one a minute is the least
}

TEST(TokenBucket, After429NobodyGoesBefore) {
  TokenBucket bucket(300);
  EXPECT_FALSE(bucket.take(kStart));
  bucket.on_429(22s, kStart);
  bucket.on_429(5s, kStart + 100ms);  // of a request sent at the same time
  EXPECT_EQ(bucket.take(kStart + 100ms), kStart + 22s);
  EXPECT_EQ(bucket.take(kStart + 21'999ms), kStart + 22s);
  // One by one.
  EXPECT_FALSE(bucket.take(kStart + 22s));
  EXPECT_EQ(bucket.take(kStart + 22s), kStart + 22'203ms);
}

TEST(RateLimitHeaders, AreNumbersOrNothing) {
  const auto seen = parse_rate_limit("180", "1", "61");
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->allowed, 180u);
  EXPECT_EQ(seen->count, 1u);
  EXPECT_EQ(seen->reset, 61s);
  EXPECT_FALSE(parse_rate_limit("", "1", "61"));
  EXPECT_FALSE(parse_rate_limit("180", "-1", "61"));
  EXPECT_FALSE(parse_rate_limit("180", "1", "61s"));
}

}  // namespace
}  // namespace dataaction
