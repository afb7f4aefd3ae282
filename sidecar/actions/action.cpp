#include "sidecar/actions/action.h"

#include <utility>

#include "core/action/freshness.h"
#include "sidecar/runtime/timer.h"

namespace dataaction {
namespace {

class ActionStream final : public SourceStream {
 public:
  ActionStream(std::shared_ptr<ActionCalls> calls, RenderedRequest request,
               std::string_view context_id)
      : calls_(std::move(calls)), request_(std::move(request)), context_id_(context_id) {}

  Task<Fetched> fetch(Slice& slice) override {
    const Result<SharedResult> got = co_await calls_->result(std::move(request_), context_id_);
    if (!got) co_return std::unexpected(failure_of(got.error()));
    const ActionResult& result = **got;
    if (result.failure) co_return std::unexpected(*result.failure);
    slice.bytes.append(result.object).append(1, '\n');
    slice.records = 1;
    co_return Progress::kAll;
  }

 private:
  std::shared_ptr<ActionCalls> calls_;
  RenderedRequest request_;
  std::string context_id_;
};

// All fields of a name, as one list (RFC 9110, 5.3).
std::string joined(const HttpHeaders& headers, std::string_view name) {
  std::string all;
  for (const auto& [each, value] : headers) {
    if (!equal_without_case(each, name)) continue;
    if (!all.empty()) all += ", ";
    all += value;
  }
  return all;
}

}  // namespace

struct ActionCalls::Flight {
  Flight(RenderedRequest wanted, std::string context)
      : request(std::move(wanted)), context_id(std::move(context)) {}

  bool carries(const RenderedRequest& other) const {
    return request.identity() == other.identity();
  }

  const RenderedRequest request;
  const std::string context_id;  // of the first who asked
  std::string identity = {};     // empty: nobody else may join
  size_t waiting = 0;
  bool begun = false;            // it has its place
  CancelScope* scope = nullptr;  // while it is under way
  bool abandoned = false;        // about to end: nobody joins it
  SharedResult result = {};
  Event landed;
};

ActionCalls::ActionCalls(ActionConfig config, Contract contract, const ActionBackground& background,
                         const ActionCalls* previous)
    : config_(std::move(config)),
      contract_(std::move(contract)),
      background_{background.services, background.flights,
                  config_.idempotency ? background.once : nullptr},
      counters_(previous != nullptr ? previous->counters_ : std::make_shared<ActionCounters>()),
      upstream_(config_, background_.services, counters_->upstream),
      places_(config_.upstream.concurrency, config_.queue),
      cache_(config_.cache.size),
      // A key's first request is the first whatever has been reloaded since.
      flights_(previous != nullptr && previous->config_.idempotency && config_.idempotency
                   ? previous->flights_
                   : std::make_shared<Flights>()) {}

bool ActionCalls::same_as(const ActionConfig& config, const Contract& contract,
                          const ActionBackground& background) const {
  return config_.same_as(config) && contract_.contract_text() == contract.contract_text() &&
         (!config.idempotency || background_.once == background.once);
}

bool ActionCalls::is_cancelled_by_abort() const {
  if (config_.on_abort == OnAbort::kByMethod) return config_.is_safe();
  return config_.on_abort == OnAbort::kCancel;
}

Task<Result<SharedResult>> ActionCalls::result(RenderedRequest request, std::string context_id) {
  std::string identity;
  if (config_.idempotency) {
    identity = request.idempotency_key;
  } else if (config_.coalesce || config_.cache.life.count() > 0) {
    identity = request.identity();
  }
  const bool shared = config_.coalesce || config_.idempotency;
  if (config_.cache.life.count() > 0) {
    if (SharedResult hit = cache_.find(identity, now())) {
      ++counters_->cached;
      co_return hit;
    }
  }
  if (shared) {
    for (auto there = flights_->find(identity); there != flights_->end();
         there = flights_->find(identity)) {
      const std::shared_ptr<Flight> flight = there->second;
      if (flight->abandoned) {
        // Whoever gets ahead of it would find an idempotency key that is claimed, and not settled.
        const Result<void> landed = co_await flight->landed.wait();
        if (!landed) co_return std::unexpected(landed.error());
        continue;
      }
      // The same key of another request finds out from the store that it is not the same.
      if (!flight->carries(request)) break;
      ++counters_->coalesced;
      co_return co_await board(flight);
    }
  } else if (is_cancelled_by_abort()) {
    bool begun = false;
    co_return co_await call_in_place(request, context_id, begun);
  }
  const auto flight = std::make_shared<Flight>(std::move(request), std::move(context_id));
  if (!background_.flights.spawn(fly(shared_from_this(), flight))) {
    ++counters_->overloaded;
    const Error error(ErrorCode::kOverloaded, "too many calls are on their way");
    co_return refused(failure_of(error), flight->context_id);
  }
  if (shared && flights_->try_emplace(identity, flight).second) {
    flight->identity = std::move(identity);
  }
  co_return co_await board(flight);
}

// Waits for the flight; the last one who gives up may end it.
Task<Result<SharedResult>> ActionCalls::board(std::shared_ptr<Flight> flight) {
  ++flight->waiting;
  const Result<void> landed = co_await flight->landed.wait();
  --flight->waiting;
  if (landed) co_return flight->result;
  const bool shutdown = landed.error().code() == ErrorCode::kShutdown;
  if (flight->waiting == 0 && !flight->landed.is_set()) {
    ++counters_->abandoned;
    // What has not begun must not begin: who is told that the service restarts may ask elsewhere.
    if (is_cancelled_by_abort() || !flight->begun) {
      flight->abandoned = true;
      if (flight->scope != nullptr) flight->scope->cancel(CancelReason::kCancelled);
    }
  }
  if (shutdown && flight->begun && !config_.may_be_repeated()) {
    ActionResult result;
    result.failure = interrupted(landed.error().message());
    result.succeeded = false;
    co_return std::make_shared<const ActionResult>(std::move(result));
  }
  co_return std::unexpected(landed.error());
}

Task<> ActionCalls::fly(std::shared_ptr<ActionCalls> self, std::shared_ptr<Flight> flight) {
  if (!flight->abandoned) {
    CancelScope scope(co_await current_scope());
    flight->scope = &scope;
    auto call = self->call_in_place(flight->request, flight->context_id, flight->begun);
    flight->result = co_await std::move(call).in(scope);
    flight->scope = nullptr;
  }
  if (!flight->identity.empty()) self->flights_->erase(flight->identity);
  flight->landed.set();
}

Task<SharedResult> ActionCalls::call_in_place(const RenderedRequest& request,
                                              const std::string& context_id, bool& begun) {
  const auto free =
      co_await with_deadline(background_.services.clock, config_.upstream.request_timeout, place());
  if (!free) {
    // Its own time is over, and not that of whoever asked.
    const bool too_late = free.error().code() == ErrorCode::kDeadline &&
                          !(co_await current_scope()).reason().has_value();
    const Error error =
        too_late ? Error(ErrorCode::kOverloaded, "no place was free in time") : free.error();
    if (error.code() == ErrorCode::kOverloaded) ++counters_->overloaded;
    co_return refused(failure_of(error), context_id);
  }
  begun = true;
  if (config_.idempotency) co_return co_await call_once(request, context_id);
  co_return co_await call(request, context_id);
}

Task<Result<Semaphore::Permit>> ActionCalls::place() {
  co_return co_await places_.acquire();
}

Task<SharedResult> ActionCalls::call(const RenderedRequest& request,
                                     const std::string& context_id) {
  const PlatformReply reply = co_await upstream_.call(request, context_id);
  SharedResult result = share(make_result(config_, contract_.output(), reply), context_id);
  keep(request, reply, result);
  co_return result;
}

Task<SharedResult> ActionCalls::call_once(const RenderedRequest& request,
                                          const std::string& context_id) {
  Once::Claimed known = co_await background_.once->claim(config_, request);
  if (!known) co_return refused(std::move(known.error()), context_id);
  if (*known) {
    ++counters_->replayed;
    co_return restored(std::move(**known), context_id);
  }
  SharedResult result = co_await call(request, context_id);
  if (co_await background_.once->settle(config_, request, *result)) co_return result;
  // Whoever comes again will not get it: nobody may rely on it.
  SourceFailure unkept{EndReason::kUpstream,
                       {500, 0, "dataaction.action.unkept", "the call's result could not be kept"},
                       "a result could not be kept"};
  co_return refused(std::move(unkept), context_id);
}

SharedResult ActionCalls::refused(SourceFailure failure, const std::string& context_id) const {
  if (failure.reply.code != Once::kOtherRequest) {
    return share(make_failure(config_, contract_.output(), std::move(failure)), context_id);
  }
  // A mistake in the flow, which it should hear of as one.
  ActionResult result;
  result.failure = std::move(failure);
  result.done = false;
  result.succeeded = false;
  return share(std::move(result), context_id);
}

SharedResult ActionCalls::restored(StoredResult stored, const std::string& context_id) const {
  if (stored.status == 200) {
    return share(make_replay(config_, contract_.output(), std::move(stored.text)), context_id);
  }
  SourceFailure failure{
      EndReason::kUpstream,
      {static_cast<uint16_t>(stored.status), static_cast<uint16_t>(stored.retry_after),
       std::move(stored.code), std::move(stored.text)},
      "the first result of this idempotency key"};
  return refused(std::move(failure), context_id);
}

SharedResult ActionCalls::share(ActionResult result, const std::string& context_id) const {
  if (!result.detail.empty()) {
    background_.services.log.warn(
        "call failed, answered 200",
        {{"context", context_id}, {"action", config_.name}, {"detail", result.detail}});
  }
  return std::make_shared<const ActionResult>(std::move(result));
}

void ActionCalls::keep(const RenderedRequest& request, const PlatformReply& reply,
                       SharedResult result) {
  std::chrono::milliseconds life = config_.cache.life;
  if (life.count() == 0 || !result->succeeded) return;
  if (config_.cache.cache_control) {
    const HttpHeaders& headers = reply->head.headers;
    const std::string control = joined(headers, "Cache-Control");
    const std::string vary = joined(headers, "Vary");
    const auto value = [&](std::string_view name) { return headers.find(name).value_or(""); };
    const auto said = freshness_of(
        {control, value("Expires"), value("Date"), value("Age"), vary},
        std::chrono::floor<std::chrono::seconds>(background_.services.calendar.now()).count());
    if (said) life = std::min<std::chrono::milliseconds>(life, *said);
  }
  if (life.count() == 0) return;
  const size_t size = sizeof(ActionResult) + result->object.size();
  cache_.add(request.identity(), std::move(result), size, now() + life);
}

std::expected<std::unique_ptr<SourceStream>, ErrorReply> Action::open(
    const StreamRequest& request) {
  auto rendered = render_request(calls_->config(), request.parameters);
  if (!rendered) return std::unexpected(std::move(rendered.error()));
  return std::make_unique<ActionStream>(calls_, std::move(*rendered), request.context_id);
}

}  // namespace dataaction
