#include "core/platform/token_bucket.h"

#include <algorithm>

#include "core/base/units.h"

namespace dataaction {
namespace {

using std::chrono::milliseconds;

// One request. As the refill is counted per millisecond, `n` of it a millisecond are n requests a
// minute, and nothing is ever rounded.
constexpr int64_t kToken = 60'000;
// inin-ratelimit-reset is at most a minute and a bit; a date in its place must not stop us.
constexpr std::chrono::seconds kMaxReset{120};

int64_t burst_of(unsigned rate) {
  return std::max(1U, rate / 60);
}

}  // namespace

std::optional<RateLimit> parse_rate_limit(std::string_view allowed, std::string_view count,
                                          std::string_view reset) {
  const auto most = parse_number(allowed);
  const auto used = parse_number(count);
  const auto seconds = parse_number(reset);
  if (!most || !used || !seconds) return std::nullopt;
  return RateLimit{*most, *used, std::chrono::seconds(*seconds)};
}

TokenBucket::TokenBucket(unsigned rate)
    : configured_(std::max(1U, rate)), rate_(configured_), level_(burst_of(configured_) * kToken) {}

std::optional<milliseconds> TokenBucket::take(milliseconds now) {
  if (now < hold_until_) return hold_until_;
  advance(now);
  if (level_ >= kToken) {
    level_ -= kToken;
    return std::nullopt;
  }
  const auto wait = [](int64_t missing, int64_t refill) {
    return milliseconds((missing + refill - 1) / refill);
  };
  const milliseconds then = now + wait(kToken - level_, refill());
  // Slow until then, and faster after it.
  return now < slow_until_ ? std::min(then, slow_until_) : then;
}

void TokenBucket::learn(const RateLimit& seen, milliseconds now) {
  advance(now);
  rate_ = static_cast<unsigned>(std::clamp<uint64_t>(seen.allowed, 1, configured_));
  slow_until_ = now;
  const milliseconds reset = std::min(seen.reset, kMaxReset);
  const bool nearly_used = seen.count >= seen.allowed - seen.allowed / 5;
  if (nearly_used && reset.count() > 0) spread(seen, now + reset, reset);
  level_ = std::min(level_, capacity());
}

// What is left, evenly until the count starts anew.
void TokenBucket::spread(const RateLimit& seen, milliseconds until, milliseconds span) {
  if (seen.count >= seen.allowed) {
    hold_until_ = std::max(hold_until_, until);
    return;
  }
  const auto left = static_cast<int64_t>(std::min<uint64_t>(seen.allowed - seen.count, rate_));
  const int64_t slow = std::max<int64_t>(1, left * kToken / span.count());
  if (slow >= refill()) return;
  slow_refill_ = slow;
  slow_until_ = until;
}

void TokenBucket::on_429(milliseconds retry_after, milliseconds now) {
  advance(now);
  hold_until_ = std::max(hold_until_, now + retry_after);
  // No burst after it, and nothing is saved up meanwhile.
  level_ = std::min(level_, kToken);
  at_ = std::max(at_, hold_until_);
}

void TokenBucket::advance(milliseconds now) {
  if (at_ < slow_until_) fill(std::min(now, slow_until_));
  fill(now);
}

void TokenBucket::fill(milliseconds until) {
  if (until <= at_) return;
  // No bucket takes longer to fill than a minute.
  const milliseconds passed = std::min(until - at_, milliseconds(kToken));
  level_ = std::min(level_ + passed.count() * refill(), capacity());
  at_ = until;
}

int64_t TokenBucket::refill() const {
  return at_ < slow_until_ ? slow_refill_ : rate_ - burst_of(rate_) + 1;
}

int64_t TokenBucket::capacity() const {
  return at_ < slow_until_ ? kToken : burst_of(rate_) * kToken;
}

}  // namespace dataaction
