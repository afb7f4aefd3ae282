#include "sidecar/link/link_server.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "sidecar/link/answer.h"
#include "sidecar/link/request_reader.h"
#include "sidecar/runtime/bug.h"
#include "sidecar/runtime/timer.h"

namespace dataaction {
namespace {

// serve() bounds them itself, by what the configuration says now.
constexpr size_t kUnbounded = std::numeric_limits<size_t>::max();

// Out of descriptors, most likely: others may close some meanwhile.
constexpr std::chrono::milliseconds kAcceptPause{100};

}  // namespace

LinkServer::LinkServer(CancelScope& scope, Clock& clock, Log& log)
    : context_(scope, clock, log), accepting_(scope, kUnbounded), connections_(scope, kUnbounded) {}

void LinkServer::listen(UnixListener listener) {
  if (listener_) listener_->close();
  listener_ = std::make_shared<UnixListener>(std::move(listener));
  if (!accepting_.spawn(accept_all(listener_))) bug("an unbounded group is full");
}

Task<> LinkServer::accept_all(std::shared_ptr<UnixListener> listener) {
  for (;;) {
    while (context_.connections >= context_.catalog->config().max_connections + kMaxRefusing) {
      fewer_.reset();
      if (!co_await fewer_.wait()) co_return;
    }
    Result<UnixStream> stream = co_await listener->accept();
    if (stream) {
      ++context_.connections;
      if (!connections_.spawn(serve(std::move(*stream)))) bug("an unbounded group is full");
    } else if (stream.error().code() == ErrorCode::kSystem) {
      context_.log.error("cannot accept", {{"error", stream.error().message()}});
      if (!co_await sleep_for(context_.clock, kAcceptPause)) co_return;
    } else {
      co_return;
    }
  }
}

Task<> LinkServer::serve(UnixStream stream) {
  const bool refuse = context_.connections > context_.catalog->config().max_connections;
  co_await answer_all(stream, refuse);
  --context_.connections;
  fewer_.set();
}

Task<> LinkServer::answer_all(UnixStream& stream, bool refuse) {
  RequestReader reader(stream, context_.clock);
  for (;;) {
    const auto request = co_await reader.next(context_.idle);
    if (!request) {
      if (request.error().empty()) co_return;
      context_.log.error("bad frame from a worker", {{"error", request.error()}});
      co_return;
    }
    Answer answer(context_, stream, *request);
    if (refuse && request->kind != frame::Kind::kStatus) {
      ErrorReply reply = overloaded();
      static_cast<void>(co_await answer.refuse(std::move(reply)));
      co_return;
    }
    if (!co_await answer.send()) co_return;
  }
}

Task<> LinkServer::drain(Clock::Duration grace) {
  context_.stopping = true;
  const auto end = context_.clock.now() + grace;
  const CancelAt out_of_patience(context_.clock, end, context_.work, CancelReason::kShutdown);
  static_cast<void>(
      co_await with_deadline(context_.clock, grace + kLastWords, last_stream_ended()));

  if (listener_) listener_->close();
  accepting_.cancel(CancelReason::kShutdown);
  co_await accepting_.drain();
  listener_.reset();
  context_.idle.cancel(CancelReason::kShutdown);
  const auto left = end + kLastWords - context_.clock.now();
  co_await connections_.drain(context_.clock, std::min<Clock::Duration>(left, kLastWords));
  co_await context_.closing.drain();
}

Task<Result<void>> LinkServer::last_stream_ended() {
  Result<void> waited;
  while (waited && context_.streams > 0) {
    context_.stream_ended.reset();
    waited = co_await context_.stream_ended.wait();
  }
  co_return waited;
}

}  // namespace dataaction
