// What a command that talks to somebody runs on: a loop, an HTTP client, threads for what blocks,
// and signals. One a process.
//
// SIGINT, SIGTERM and SIGHUP cancel the scope of the command's flow, which then tidies up and
// returns; the exit code is 128 and the signal's number. The second one ends the process at once.

#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "sidecar/ctl/http_trace.h"
#include "sidecar/platform/platform_services.h"
#include "sidecar/runtime/http_client.h"
#include "sidecar/runtime/loop.h"
#include "sidecar/runtime/loop_clock.h"
#include "sidecar/runtime/signals.h"
#include "sidecar/runtime/task.h"

namespace dataaction {

class Session {
 public:
  // `trace`: requests are shown on stderr. An error is a message.
  static std::expected<std::unique_ptr<Session>, std::string> create(bool trace);

  // Runs `flow`, which uses this session, to its end. An exit code. Once.
  int run(Task<int> flow);

  const PlatformServices& services() const { return *services_; }
  HttpTransport& http() { return *trace_; }
  Clock& clock() { return clock_; }
  WallClock& calendar() { return calendar_; }
  ThreadPool& threads() { return *threads_; }

 private:
  Session(std::unique_ptr<Loop> loop, Log log) noexcept;

  Task<> live(Task<int> flow);
  Task<> obey(CancelScope& work);

  const std::unique_ptr<Loop> loop_;
  LoopClock clock_;
  SystemWallClock calendar_;
  SystemRandom random_;
  Log log_;
  std::unique_ptr<HttpClient> client_;
  std::unique_ptr<HttpTrace> trace_;
  std::unique_ptr<ThreadPool> threads_;
  std::unique_ptr<Signals> signals_;
  std::optional<PlatformServices> services_;
  std::optional<int> signal_;
  int exit_code_ = 0;
};

}  // namespace dataaction
