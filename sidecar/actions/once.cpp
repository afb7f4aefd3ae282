#include "sidecar/actions/once.h"

#include <openssl/evp.h>

#include <array>

#include "sidecar/runtime/timer.h"

namespace dataaction {
namespace {

// One writes at a time; who waits is bounded by the queues of the actions.
constexpr size_t kMaxJobs = 1 << 16;
// To write down what has happened is worth a moment even while everything ends.
constexpr std::chrono::seconds kWriteTime{5};

std::string fingerprint_of(const RenderedRequest& request) {
  const std::string identity = request.identity();
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  EVP_Digest(identity.data(), identity.size(), reinterpret_cast<unsigned char*>(digest.data()),
             &size, EVP_sha256(), nullptr);
  digest.resize(size);
  return digest;
}

SharedResult refusal(ErrorReply reply, std::string detail) {
  ActionResult result;
  result.failure = {EndReason::kUpstream, std::move(reply), std::move(detail)};
  result.done = false;
  result.succeeded = false;
  return std::make_shared<const ActionResult>(std::move(result));
}

SharedResult restored(StoredResult stored) {
  ActionResult result;
  if (stored.status == 200) {
    result.object = std::move(stored.text);
  } else {
    result.failure = {
        EndReason::kUpstream,
        {static_cast<uint16_t>(stored.status), 0, std::move(stored.code), std::move(stored.text)},
        "the first result of this idempotency key"};
  }
  return std::make_shared<const ActionResult>(std::move(result));
}

SharedResult answer_to(ResultStore::Claim claim, StoredResult stored) {
  switch (claim) {
    case ResultStore::Claim::kMine:
      return nullptr;
    case ResultStore::Claim::kSettled:
      return restored(std::move(stored));
    case ResultStore::Claim::kUnknown:
      return refusal({409, 0, "dataaction.action.unknown",
                      "what became of the first request with this key is not known"},
                     "an idempotency key that was never settled");
    case ResultStore::Claim::kOther:
      return refusal({422, 0, "dataaction.action.key", "the key was used for another request"}, "");
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

Task<SharedResult> Once::claim(const ActionConfig& action, const RenderedRequest& request) {
  const ResultKey key{action.name, request.idempotency_key};
  const std::string fingerprint = fingerprint_of(request);
  const int64_t now = std::chrono::floor<std::chrono::seconds>(services_.calendar.now()).count();
  const auto life = std::chrono::ceil<std::chrono::seconds>(action.idempotency->life).count();
  StoredResult stored;
  const auto work = [&] { return store_->claim(key, fingerprint, now, now + life, stored); };
  const auto job = co_await thread_->run(work);
  if (!job) {
    ErrorReply reply = overloaded();
    co_return refusal(std::move(reply), job.error().message());
  }
  if (!*job) {
    ErrorReply reply = reply_for_status(500);
    co_return refusal(std::move(reply), "the store of results: " + job->error().message);
  }
  co_return answer_to(**job, std::move(stored));
}

Task<> Once::settle(const ActionConfig& action, const RenderedRequest& request,
                    const ActionResult& result) {
  // Broken off in the middle: what has been done stays unknown.
  if (result.done && result.broken_off) co_return;
  const ResultKey key{action.name, request.idempotency_key};
  const std::string fingerprint = fingerprint_of(request);
  co_await shielded(services_.clock, kWriteTime, write(key, fingerprint, result));
}

Task<> Once::write(const ResultKey& key, const std::string& fingerprint,
                   const ActionResult& result) {
  StoredResult stored;
  if (result.failure) {
    const ErrorReply& reply = result.failure->reply;
    stored = {reply.status, reply.code, reply.message};
  } else {
    stored.text = result.object;
  }
  const auto work = [&] {
    return result.done ? store_->settle(key, fingerprint, stored)
                       : store_->forget(key, fingerprint);
  };
  const auto job = co_await thread_->run(work);
  if (job && *job) co_return;
  const std::string why = job ? job->error().message : job.error().message();
  services_.log.error("a result could not be kept", {{"action", key.action}, {"error", why}});
}

}  // namespace dataaction
