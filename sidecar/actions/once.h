// Calls with an idempotency key: the first one's result for all that come with the same key, also
// after a restart. What may have been done is never sent again.
//
// 409 for a key of which nobody knows what has been done, 422 for one that was used for another
// request: draft-ietf-httpapi-idempotency-key-header, section 2.7.

#pragma once

#include <expected>
#include <memory>
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

  // Nothing: the key is ours, and settle() has to follow with the result.
  Task<SharedResult> claim(const ActionConfig& action, const RenderedRequest& request);
  Task<> settle(const ActionConfig& action, const RenderedRequest& request,
                const ActionResult& result);

 private:
  Once(const PlatformServices& services, std::unique_ptr<ThreadPool> thread,
       std::unique_ptr<ResultStore> store)
      : services_(services), store_(std::move(store)), thread_(std::move(thread)) {}

  Task<> write(const ResultKey& key, const std::string& fingerprint, const ActionResult& result);

  const PlatformServices& services_;
  const std::unique_ptr<ResultStore> store_;
  const std::unique_ptr<ThreadPool> thread_;  // ends before the store
};

}  // namespace dataaction
