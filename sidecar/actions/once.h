// Calls with an idempotency key: the first one's result for all that come with the same key, also
// after a restart. What may have been done is never sent again.
//
// 409 for a key of which nobody knows what has been done, 422 for one that was used for another
// request: draft-ietf-httpapi-idempotency-key-header, section 2.7.

#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "sidecar/actions/action_result.h"
#include "sidecar/actions/rendered_request.h"
#include "sidecar/platform/platform_services.h"
#include "sidecar/store/result_store.h"

namespace dataaction {

class Once {
 public:
  // What is in `services` outlives it.
  static Result<std::shared_ptr<Once>> create(Loop& loop, const PlatformServices& services,
                                              std::unique_ptr<ResultStore> store);

  // The result that there is. Nothing: the key is ours, and settle() has to follow with the result.
  // Else why nothing may be sent.
  using Claimed = std::expected<std::optional<StoredResult>, SourceFailure>;
  Task<Claimed> claim(const ActionConfig& action, const RenderedRequest& request);

  // False: something has been done, and what came of it could not be kept.
  Task<bool> settle(const ActionConfig& action, const RenderedRequest& request,
                    const ActionResult& result);

  // What claim() fails with for a key of another request: a mistake of whoever asks.
  static constexpr std::string_view kOtherRequest = "dataaction.action.key";

 private:
  Once(const PlatformServices& services, std::unique_ptr<ThreadPool> thread,
       std::unique_ptr<ResultStore> store)
      : services_(services), store_(std::move(store)), thread_(std::move(thread)) {}

  Task<bool> write(const ResultKey& key, const std::string& fingerprint,
                   const ActionResult& result);
  // What `work` gives, which the store does on its thread.
  template <typename Work>
  Task<Result<std::invoke_result_t<const Work&>>> run(const Work& work, PoolJob::Order order,
                                                      Clock::Duration patience);

  const PlatformServices& services_;
  const std::unique_ptr<ResultStore> store_;
  const std::unique_ptr<ThreadPool> thread_;  // ends before the store
};

}  // namespace dataaction
