// An action: a source of one record, which is what a call to an API was made into.
//
// A call belongs to whoever asked, and ends with them, where nothing is lost by that. Where it is
// shared (`coalesce`, `idempotency_key`), or may not be broken off (a method that is not safe), it
// is a flight of its own, for which those who asked wait; it goes on without them, and ends when
// nobody waits any more if the action may be cancelled, or it still waits for its place.
//
// A place comes before all else, so that an idempotency key is claimed by what will be sent at
// once.

#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/action/result_cache.h"
#include "core/contract/contract.h"
#include "sidecar/actions/action_result.h"
#include "sidecar/actions/once.h"
#include "sidecar/actions/rendered_request.h"
#include "sidecar/actions/upstream.h"
#include "sidecar/runtime/semaphore.h"
#include "sidecar/runtime/task_group.h"
#include "sidecar/sources/source.h"

namespace dataaction {

// What all actions work with. What it refers to outlives them and their calls; it need not itself,
// for a flight may outlive the configuration that it began with.
struct ActionBackground {
  const PlatformServices& services;
  TaskGroup& flights;
  std::shared_ptr<Once> once;  // where an action has an idempotency_key
};

struct ActionCounters {
  PlatformCounters upstream;
  uint64_t cached = 0;      // answers from the cache
  uint64_t coalesced = 0;   // who waited for a call that another one had asked for
  uint64_t overloaded = 0;  // refused, for `concurrency` and `queue`
  uint64_t abandoned = 0;   // calls that nobody waited for any more
  uint64_t replayed = 0;    // answers to idempotency keys that had come before
};

// All calls of one action. Shared with those that are on their way.
class ActionCalls : public std::enable_shared_from_this<ActionCalls> {
 public:
  struct Flight;
  using Flights = std::map<std::string, std::shared_ptr<Flight>, std::less<>>;

  // `previous` are the calls of the configuration before, where the action was there already.
  ActionCalls(ActionConfig config, Contract contract, const ActionBackground& background,
              const ActionCalls* previous);

  // The result, or why nobody could wait for it.
  Task<Result<SharedResult>> result(RenderedRequest request, std::string context_id);

  // Whether such an action would be this one, so that it may go on with all that it knows.
  bool same_as(const ActionConfig& config, const Contract& contract,
               const ActionBackground& background) const;

  const ActionConfig& config() const { return config_; }
  const ActionCounters& counters() const { return *counters_; }
  BreakerState breaker() const { return upstream_.attempts().breaker(Route::kExecute); }
  size_t waiting() const { return places_.waiting(); }
  size_t cache_bytes() const { return cache_.bytes(); }

 private:
  // In a place of its own; sets `begun` when it has one.
  Task<SharedResult> call_in_place(const RenderedRequest& request, const std::string& context_id,
                                   bool& begun);
  Task<SharedResult> call_once(const RenderedRequest& request, const std::string& context_id);
  Task<SharedResult> call(const RenderedRequest& request, const std::string& context_id);
  Task<Result<Semaphore::Permit>> place();
  SharedResult refused(SourceFailure failure, const std::string& context_id) const;
  SharedResult restored(StoredResult stored, const std::string& context_id) const;
  SharedResult share(ActionResult result, const std::string& context_id) const;
  Task<Result<SharedResult>> board(std::shared_ptr<Flight> flight);
  static Task<> fly(std::shared_ptr<ActionCalls> self, std::shared_ptr<Flight> flight);
  void keep(const RenderedRequest& request, const PlatformReply& reply, SharedResult result);
  bool is_cancelled_by_abort() const;
  std::chrono::milliseconds now() const {
    return background_.services.clock.now().time_since_epoch();
  }

  const ActionConfig config_;
  const Contract contract_;
  const ActionBackground background_;
  const std::shared_ptr<ActionCounters> counters_;
  Upstream upstream_;
  Semaphore places_;
  ResultCache<ActionResult> cache_;
  const std::shared_ptr<Flights> flights_;  // that others may join
};

class Action final : public Source {
 public:
  Action(std::shared_ptr<ActionCalls> calls, std::shared_ptr<SourceCounters> counters)
      : Source(std::move(counters)), calls_(std::move(calls)) {}

  std::expected<std::unique_ptr<SourceStream>, ErrorReply> open(
      const StreamRequest& request) override;

  const ActionCalls& calls() const { return *calls_; }
  const std::shared_ptr<ActionCalls>& shared_calls() const { return calls_; }

 private:
  std::shared_ptr<ActionCalls> calls_;
};

}  // namespace dataaction
