#include "sidecar/platform/attempts.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/platform/retry_after.h"
#include "sidecar/runtime/timer.h"

namespace dataaction {
namespace {

AttemptFailure failure_of(const HttpFailure& failure) {
  switch (failure.error) {
    case HttpError::kName:
    case HttpError::kConnect:
    case HttpError::kTls:
      return AttemptFailure::kUnreachable;
    case HttpError::kTimeout:
    case HttpError::kStall:
    case HttpError::kBroken:
      return AttemptFailure::kInterrupted;
    case HttpError::kCertificate:
    case HttpError::kTooLarge:
    case HttpError::kProtocol:
    case HttpError::kCancelled:
      break;
  }
  return AttemptFailure::kPermanent;
}

PlatformFault fault_of(const Attempt& attempt, const HttpResult<HttpReply>& reply) {
  if (!reply) {
    const HttpError error = reply.error().error;
    const bool nonsense = error == HttpError::kTooLarge || error == HttpError::kProtocol;
    return nonsense ? PlatformFault::kMalformed : PlatformFault::kUnreachable;
  }
  if (attempt.status == 429) return PlatformFault::kRateLimited;
  if (attempt.status == 401) return PlatformFault::kCredentials;
  return attempt.status >= 500 ? PlatformFault::kServer : PlatformFault::kRefused;
}

std::string describe(Route route, const HttpResult<HttpReply>& reply) {
  if (!reply) return describe(reply.error());
  return describe(*reply, route == Route::kToken ? Words::kShort : Words::kAll);
}

// An answer that is too large for us is none of the platform's trouble.
bool is_trouble(const Attempt& attempt, const HttpResult<HttpReply>& reply) {
  return is_trouble(attempt) && (reply || reply.error().error != HttpError::kTooLarge);
}

// Has to end in one of three ways, whatever becomes of the coroutine.
class BreakerPass {
 public:
  BreakerPass(CircuitBreaker& breaker, uint64_t round) : breaker_(breaker), round_(round) {}
  BreakerPass(const BreakerPass&) = delete;
  BreakerPass& operator=(const BreakerPass&) = delete;
  ~BreakerPass() {
    if (!settled_) breaker_.on_abandoned(round_);
  }

  BreakerChange settle(bool trouble, std::chrono::milliseconds now) {
    settled_ = true;
    return trouble ? breaker_.on_failure(round_, now) : breaker_.on_success(round_);
  }

 private:
  CircuitBreaker& breaker_;
  const uint64_t round_;
  bool settled_ = false;
};

// Time enough for a platform that is well, of all that a call has.
Clock::Duration fair_share(const PlatformConfig& config) {
  return std::min(config.connect_timeout, config.request_timeout / 2);
}

template <size_t... I>
std::array<CircuitBreaker, kRoutes> make_breakers(const BreakerLimits& limits,
                                                  std::index_sequence<I...>) {
  return {((void)I, CircuitBreaker(limits))...};
}

}  // namespace

Attempts::Attempts(const PlatformConfig& config, const PlatformServices& services,
                   PlatformCounters& counters, std::string_view kind)
    : config_(config),
      services_(services),
      counters_(counters),
      kind_(kind),
      pace_(services.clock, config.rate, config.concurrency),
      breakers_(make_breakers({config.breaker_failures, config.breaker_time},
                              std::make_index_sequence<kRoutes>())) {}

Task<PlatformReply> Attempts::make(PlatformWork& work) {
  const CancelScope& scope = co_await current_scope();
  const Clock::TimePoint due = services_.clock.now() + config_.request_timeout;
  std::string last;
  PlatformReply reply = co_await with_deadline(services_.clock, due, make_until(work, due, last));
  if (reply) co_return reply;
  PlatformFailure& failure = reply.error();
  if (failure.cancelled && failure.cancelled->cancelled()) {
    if (!last.empty()) failure.message = place(work.route()) + last;
    if (!scope.reason()) {
      failure.fault = PlatformFault::kTimeout;
      failure.message = fmt::format("{}not done in {} ms ({})", place(work.route()),
                                    config_.request_timeout.count(), failure.message);
      failure.cancelled.reset();
    }
  }
  // A call that gets no token fails by itself, and is counted then.
  if (!failure.cancelled && work.route() != Route::kToken) ++counters_.failures;
  co_return reply;
}

Task<PlatformReply> Attempts::make_until(PlatformWork& work, Clock::TimePoint due,
                                         std::string& last) {
  RetryPolicy policy({config_.max_attempts, config_.max_wait}, work.idempotent());
  bool replaced = false;
  for (unsigned made = 1;; ++made) {
    Outcome outcome = co_await attempt(work, due);
    if (!outcome) {
      outcome.error().may_be_done |= policy.may_be_done();
      co_return std::unexpected(std::move(outcome.error()));
    }
    HttpResult<HttpReply>& reply = *outcome;
    const Attempt attempt = judge(work, reply);
    if (reply && attempt.status / 100 == 2) co_return std::move(*reply);
    if (attempt.status == 401 && !replaced && work.replace_credentials()) {
      replaced = true;
      continue;
    }
    const auto left = due - services_.clock.now();
    const RetryDecision wait = policy.after(attempt, left, services_.random.unit());
    if (!wait) {
      PlatformFailure failed = failure(work, attempt, reply, wait.error(), made);
      failed.may_be_done = policy.may_be_done();
      co_return std::unexpected(std::move(failed));
    }
    last = describe(work.route(), reply);
    const Clock::TimePoint begin = services_.clock.now();
    const Result<void> slept = co_await sleep_for(services_.clock, *wait);
    if (!slept) {
      PlatformFailure ended = cancelled(slept.error());
      ended.may_be_done = policy.may_be_done();
      co_return std::unexpected(std::move(ended));
    }
    counters_.waited_ms += static_cast<uint64_t>((services_.clock.now() - begin).count());
    ++counters_.retries;
  }
}

Task<Attempts::Outcome> Attempts::attempt(PlatformWork& work, Clock::TimePoint due) {
  // Nobody waits for what would not be sent; a probe is not held meanwhile.
  if (const auto open = enter(work.route()); !open) {
    co_return std::unexpected(open.error());
  } else {
    breaker_of(work.route()).on_abandoned(*open);
  }

  // What it needs (a token) before its turn, so that whoever waits for that takes no turn; and
  // again after, because it may have expired meanwhile.
  std::optional<Semaphore::Permit> place;
  if (work.paced()) {
    const auto ready = co_await work.request();
    if (!ready) co_return std::unexpected(ready.error());
    const Clock::TimePoint begin = services_.clock.now();
    if (work.needs_place()) {
      Result<Semaphore::Permit> free = co_await pace_.place();
      if (!free) co_return std::unexpected(cancelled(free.error()));
      place.emplace(std::move(*free));
    }
    const Result<void> turn = co_await pace_.turn();
    if (!turn) co_return std::unexpected(cancelled(turn.error()));
    counters_.waited_ms += static_cast<uint64_t>((services_.clock.now() - begin).count());
  }
  auto request = co_await work.request();
  if (!request) co_return std::unexpected(std::move(request.error()));
  // A breaker that opened meanwhile is for all of those who have waited.
  const auto round = enter(work.route());
  if (!round) co_return std::unexpected(round.error());
  BreakerPass pass(breaker_of(work.route()), *round);

  request->ca_file = config_.ca_file;
  // http is for loopback addresses alone: no proxy is to see what may not leave this machine.
  request->direct = request->url.starts_with("http://");
  request->limits.connect_timeout = config_.connect_timeout;
  request->limits.stall_timeout = config_.read_timeout;
  request->limits.max_body = config_.max_response_size;

  ++counters_.requests;
  const Clock::TimePoint sent = services_.clock.now();
  HttpResult<HttpReply> reply = co_await fetch(services_.http, *request);
  if (!reply && reply.error().cancelled) {
    // To be out of time says something of the platform if it had some; a client that hangs up does
    // not.
    const bool had_time = services_.clock.now() - sent >= fair_share(config_);
    if (services_.clock.now() >= due && had_time) {
      tell(work.route(), pass.settle(true, now()), "timeout");
    }
    PlatformFailure ended = cancelled(*reply.error().cancelled);
    ended.may_be_done = reply.error().sent;
    co_return std::unexpected(std::move(ended));
  }
  const Attempt judged = judge(work, reply);
  count(judged, reply);
  if (reply && work.paced()) learn(*reply, judged);
  const std::string why = reply ? std::to_string(reply->head.status) : reply.error().detail;
  tell(work.route(), pass.settle(is_trouble(judged, reply), now()), why);
  co_return reply;
}

std::expected<uint64_t, PlatformFailure> Attempts::enter(Route route) {
  const BreakerAdmission admission = breaker_of(route).admit(now());
  tell(route, admission.change, "");
  if (admission.allowed) return admission.round;
  PlatformFailure refusal;
  refusal.fault = PlatformFault::kBreakerOpen;
  refusal.message = place(route) + "the circuit breaker is open";
  refusal.retry_after = admission.wait;
  return std::unexpected(std::move(refusal));
}

Attempt Attempts::judge(const PlatformWork& work, const HttpResult<HttpReply>& reply) const {
  Attempt attempt;
  if (!reply) {
    attempt.failure = failure_of(reply.error());
    attempt.sent = reply.error().sent;
    return attempt;
  }
  attempt.status = work.status_of(*reply);
  if (const auto header = reply->head.headers.find("Retry-After")) {
    attempt.retry_after = parse_retry_after(*header, services_.calendar.now());
  }
  return attempt;
}

void Attempts::count(const Attempt& attempt, const HttpResult<HttpReply>& reply) {
  if (!reply && reply.error().error != HttpError::kTooLarge) ++counters_.unreachable;
  if (attempt.status == 429) ++counters_.rate_limited;
  if (attempt.status == 401) ++counters_.unauthorized;
  if (attempt.status >= 500) ++counters_.server_errors;
}

void Attempts::learn(const HttpReply& reply, const Attempt& attempt) {
  const HttpHeaders& headers = reply.head.headers;
  const auto value = [&](std::string_view name) { return headers.find(name).value_or(""); };
  const auto limit = parse_rate_limit(value("inin-ratelimit-allowed"),
                                      value("inin-ratelimit-count"), value("inin-ratelimit-reset"));
  if (limit) pace_.bucket().learn(*limit, now());
  if (attempt.status != 429) return;
  // Without Retry-After the policy's own wait is what this call does; the others go on.
  const auto wait = attempt.retry_after.value_or(std::chrono::milliseconds(0));
  pace_.bucket().on_429(std::min(wait, config_.max_wait), now());
}

void Attempts::tell(Route route, BreakerChange change, std::string_view why) {
  if (!change) return;
  if (*change == BreakerState::kOpen) {
    ++counters_.breaker_opened;
    services_.log.error("circuit breaker opened",
                        {{kind_, config_.name}, {"route", name_of(route)}, {"after", why}});
    return;
  }
  services_.log.notice(
      "circuit breaker",
      {{kind_, config_.name}, {"route", name_of(route)}, {"state", name_of(*change)}});
}

PlatformFailure Attempts::failure(const PlatformWork& work, const Attempt& attempt,
                                  HttpResult<HttpReply>& reply, GiveUp reason,
                                  unsigned attempts) const {
  PlatformFailure failure;
  failure.fault = fault_of(attempt, reply);
  failure.retry_after = attempt.retry_after.value_or(std::chrono::milliseconds(0));
  if (reply) failure.status = reply->head.status;
  failure.message = fmt::format("{}{}; attempt {}: {}", place(work.route()),
                                describe(work.route(), reply), attempts, describe(reason));
  if (!work.wants_refusal()) return failure;
  if (reply) {
    failure.reply = std::make_shared<const HttpReply>(std::move(*reply));
  } else if (HttpHead& head = reply.error().head;
             reply.error().error == HttpError::kTooLarge && head.status >= 400) {
    // Its status says enough.
    failure.status = head.status;
    failure.reply = std::make_shared<const HttpReply>(HttpReply{std::move(head), ""});
  }
  return failure;
}

std::string Attempts::place(Route route) const {
  return fmt::format("{} {}, {}: ", kind_, config_.name, name_of(route));
}

}  // namespace dataaction
