#include "core/platform/retry_policy.h"

#include <algorithm>

namespace dataaction {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstWait{500};
// From the second 429 in a row on.
constexpr milliseconds kLeastRateLimitedWait{1000};

enum class Verdict : uint8_t { kRetry, kRetryIfIdempotent, kPermanent };

bool is_permanent(const Attempt& attempt) {
  if (attempt.failure) return *attempt.failure == AttemptFailure::kPermanent;
  switch (attempt.status) {
    case 408:
    case 429:
    case 502:
    case 503:
    case 504:
      return false;
    default:
      return true;
  }
}

Verdict verdict_on(const Attempt& attempt) {
  if (is_permanent(attempt)) return Verdict::kPermanent;
  return may_be_done(attempt) ? Verdict::kRetryIfIdempotent : Verdict::kRetry;
}

// The bound that full jitter is below, after the attempt of that number.
milliseconds backoff(unsigned attempt, milliseconds most) {
  constexpr unsigned kMaxDoublings = 30;
  return std::min(kFirstWait * (int64_t{1} << std::min(attempt - 1, kMaxDoublings)), most);
}

}  // namespace

bool is_trouble(const Attempt& attempt) {
  return attempt.failure || attempt.status >= 500;
}

bool may_be_done(const Attempt& attempt) {
  if (attempt.failure) return attempt.sent;
  return attempt.status != 429 && (attempt.status != 503 || !attempt.retry_after);
}

std::string_view describe(GiveUp reason) {
  switch (reason) {
    case GiveUp::kNotSafe:
      return "it may have been done and must not be done twice";
    case GiveUp::kAttempts:
      return "no attempt is left";
    case GiveUp::kWaitTooLong:
      return "the wait that is asked for is too long";
    case GiveUp::kLeastWait:
      return "max_wait is less than the second that has to pass after another 429";
    case GiveUp::kOutOfTime:
      return "no time is left for another attempt";
    case GiveUp::kPermanent:
      break;
  }
  return "another attempt would not help";
}

RetryDecision RetryPolicy::after(const Attempt& attempt, milliseconds time_left, double random) {
  ++attempts_;
  may_be_done_ = may_be_done_ || dataaction::may_be_done(attempt);
  const bool rate_limited = !attempt.failure && attempt.status == 429;
  rate_limited_ = rate_limited ? rate_limited_ + 1 : 0;

  const Verdict verdict = verdict_on(attempt);
  if (verdict == Verdict::kPermanent) return std::unexpected(GiveUp::kPermanent);
  if (verdict == Verdict::kRetryIfIdempotent && !idempotent_) {
    return std::unexpected(GiveUp::kNotSafe);
  }
  if (attempts_ >= limits_.max_attempts) return std::unexpected(GiveUp::kAttempts);

  const auto jitter = [&] {
    const milliseconds most = backoff(attempts_, limits_.max_wait);
    return milliseconds(static_cast<int64_t>(random * static_cast<double>(most.count())));
  };
  milliseconds wait = attempt.retry_after ? *attempt.retry_after : jitter();
  if (rate_limited_ > 1) wait = std::max(wait, kLeastRateLimitedWait);
  if (wait > limits_.max_wait) {
    const bool asked_for = attempt.retry_after && *attempt.retry_after > limits_.max_wait;
    return std::unexpected(asked_for ? GiveUp::kWaitTooLong : GiveUp::kLeastWait);
  }
  if (wait >= time_left) return std::unexpected(GiveUp::kOutOfTime);
  return wait;
}

}  // namespace dataaction
