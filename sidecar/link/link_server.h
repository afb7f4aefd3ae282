// The server that workers connect to: a coroutine a connection, a request at a time on each.
//
// Beyond max_connections a connection's request is answered 503 and the connection closed; where
// even those are many, further connections wait in the kernel's backlog. A status request is
// answered in any case.
//
// drain() before the end, on every path.

#pragma once

#include <memory>

#include "sidecar/link/link_context.h"
#include "sidecar/runtime/task_group.h"
#include "sidecar/runtime/unix_listener.h"

namespace dataaction {

class LinkServer {
 public:
  // All of them outlive the server.
  LinkServer(CancelScope& scope, Clock& clock, Log& log);

  // For requests from now on. Before listen().
  void use(std::shared_ptr<Catalog> catalog) { context_.catalog = std::move(catalog); }
  const std::shared_ptr<Catalog>& catalog() const { return context_.catalog; }

  // Accepts from `listener`, and no longer from the one before.
  void listen(UnixListener listener);

  // Gives streams `grace` to finish; then they end with reason `shutdown`. Who asks for one
  // meanwhile is answered 503, on old connections and on new ones. Closes them all at the end.
  Task<> drain(Clock::Duration grace);

  // Ends drain()'s patience.
  void hurry() noexcept { context_.work.cancel(CancelReason::kShutdown); }

 private:
  static constexpr size_t kMaxRefusing = 64;

  Task<> accept_all(std::shared_ptr<UnixListener> listener);
  Task<> serve(UnixStream stream);
  Task<> answer_all(UnixStream& stream, bool refuse);
  Task<Result<void>> last_stream_ended();

  LinkContext context_;
  std::shared_ptr<UnixListener> listener_;
  TaskGroup accepting_;
  TaskGroup connections_;
  Event fewer_;  // connections
};

}  // namespace dataaction
