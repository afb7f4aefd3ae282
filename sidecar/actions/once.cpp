#include "sidecar/actions/once.h"

#include <openssl/evp.h>

#include <array>

#include "sidecar/runtime/timer.h"

namespace dataaction {
namespace {

// One writes at a time. Who waits has a place of an action, and so a flight: more than there are.
constexpr size_t kMaxJobs = 1 << 16;
// To write down what has happened is worth a moment even while everything ends.
constexpr std::chrono::seconds kWriteTime{5};
// While somebody else, a backup perhaps, has the file locked.
constexpr std::chrono::seconds kClaimPatience{1};
constexpr std::chrono::seconds kSettlePatience{10};
constexpr std::chrono::milliseconds kBusyWait{50};

std::string fingerprint_of(const RenderedRequest& request) {
  const std::string identity = request.identity();
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  EVP_Digest(identity.data(), identity.size(), reinterpret_cast<unsigned char*>(digest.data()),
             &size, EVP_sha256(), nullptr);
  digest.resize(size);
  return digest;
}

std::unexpected<SourceFailure> refusal(ErrorReply reply, std::string detail) {
  return std::unexpected(SourceFailure{EndReason::kUpstream, std::move(reply), std::move(detail)});
}

Once::Claimed answer_to(ResultStore::Claim claim, StoredResult stored) {
  switch (claim) {
    case ResultStore::Claim::kMine:
      return std::nullopt;
    case ResultStore::Claim::kSettled:
      return stored;
    case ResultStore::Claim::kUnknown:
      return refusal({409, 0, "dataaction.action.unknown",
                      "what became of the first request with this key is not known"},
                     "an idempotency key that was never settled");
    case ResultStore::Claim::kOther:
      return refusal(
          {422, 0, std::string(Once::kOtherRequest), "the key was used for another request"}, "");
    case ResultStore::Claim::kFull:
      break;
  }
  return refusal(overloaded(), "too many idempotency keys are kept");
}

}  // namespace

Result<std::shared_ptr<Once>> Once::create(Loop& loop, const PlatformServices& services,
                                           std::unique_ptr<ResultStore> store) {
  auto thread = ThreadPool::create(loop, "results", 1, kMaxJobs);
  if (!thread) return std::unexpected(thread.error());
  return std::shared_ptr<Once>(new Once(services, std::move(*thread), std::move(store)));
}

template <typename Work>
Task<Result<std::invoke_result_t<const Work&>>> Once::run(const Work& work, PoolJob::Order order,
                                                          Clock::Duration patience) {
  const Clock::TimePoint end = services_.clock.now() + patience;
  for (;;) {
    const auto refer = [&work] { return work(); };
    auto job = co_await thread_->run(refer, NoInterrupt(), order);
    if (!job || *job || !job->error().busy() || services_.clock.now() >= end) co_return job;
    const Result<void> slept = co_await sleep_for(services_.clock, kBusyWait);
    if (!slept) co_return std::unexpected(slept.error());
  }
}

Task<Once::Claimed> Once::claim(const ActionConfig& action, const RenderedRequest& request) {
  const ResultKey key{action.name, request.idempotency_key};
  const std::string fingerprint = fingerprint_of(request);
  const int64_t now = std::chrono::floor<std::chrono::seconds>(services_.calendar.now()).count();
  const auto life = std::chrono::ceil<std::chrono::seconds>(action.idempotency->life).count();
  StoredResult stored;
  const auto work = [&] { return store_->claim(key, fingerprint, now, now + life, stored); };
  const auto job = co_await run(work, PoolJob::Order::kInTurn, kClaimPatience);
  if (!job) co_return std::unexpected(failure_of(job.error()));
  if (!*job) {
    ErrorReply reply = job->error().busy() ? overloaded() : reply_for_status(500);
    co_return refusal(std::move(reply), "the store of results: " + job->error().message);
  }
  co_return answer_to(**job, std::move(stored));
}

Task<bool> Once::settle(const ActionConfig& action, const RenderedRequest& request,
                        const ActionResult& result) {
  // Broken off in the middle: what has been done stays unknown.
  if (result.done && result.broken_off) co_return true;
  const ResultKey key{action.name, request.idempotency_key};
  const std::string fingerprint = fingerprint_of(request);
  const bool kept =
      co_await with_grace(services_.clock, kWriteTime, write(key, fingerprint, result));
  co_return kept || !result.done;
}

Task<bool> Once::write(const ResultKey& key, const std::string& fingerprint,
                       const ActionResult& result) {
  StoredResult stored;
  if (result.failure) {
    const ErrorReply& reply = result.failure->reply;
    stored = {reply.status, reply.code, reply.message, reply.retry_after};
  } else {
    stored.text = result.object;
  }
  const auto work = [&] {
    return result.done ? store_->settle(key, fingerprint, stored)
                       : store_->forget(key, fingerprint);
  };
  // Before those who want to begin something: this is what others wait for.
  const auto job = co_await run(work, PoolJob::Order::kUrgent, kSettlePatience);
  if (job && *job) co_return true;
  const std::string why = job ? job->error().message : job.error().message();
  services_.log.error("a result could not be kept", {{"action", key.action}, {"error", why}});
  co_return false;
}

}  // namespace dataaction
