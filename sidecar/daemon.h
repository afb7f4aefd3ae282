// dataactiond itself: starts, obeys signals, reloads, drains, ends. docs/operations.md is what it
// promises.
//
// Nothing is listening before everything else is ready, and nothing of a new configuration is used
// before all of it has been found good.

#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "sidecar/exit_code.h"
#include "sidecar/link/link_server.h"
#include "sidecar/link/listen_socket.h"
#include "sidecar/runtime/loop.h"
#include "sidecar/runtime/loop_clock.h"
#include "sidecar/runtime/sd_notify.h"
#include "sidecar/runtime/signals.h"
#include "sidecar/services.h"
#include "sidecar/setup.h"

namespace dataaction {

class Daemon {
 public:
  // The loop outlives the daemon.
  Daemon(Loop& loop, std::string config_file)
      : loop_(loop), clock_(loop), file_(std::move(config_file)) {}

  // Until a signal ends it.
  ExitCode run();

 private:
  using Loaded = std::expected<Setup, std::string>;

  Task<> live();
  Task<ExitCode> start_and_serve();
  Task<ExitCode> serve(Setup setup, SdNotify notify);
  Task<> obey(LinkServer& server, SdNotify& notify);
  Task<> stop(LinkServer& server, SdNotify& notify);
  Task<> hurry_on_signal(LinkServer& server);
  Task<> feed_watchdog(SdNotify& notify);

  Task<Result<Loaded>> load();
  Task<std::expected<std::shared_ptr<Catalog>, std::string>> make_catalog(Setup& setup,
                                                                          const Catalog* previous);
  // Of the configuration's state_path, if one of its actions needs it.
  Task<std::expected<std::shared_ptr<Once>, std::string>> open_once(const Config& config);
  // Nothing if the log in use is the one. Nothing is changed before use_log().
  using OpenedLog = std::expected<std::optional<Log>, std::string>;
  OpenedLog open_log(const Setup& setup) const;
  void use_log(const LogConfig& config, const std::string& file, std::optional<Log> opened);

  Task<> reload(LinkServer& server);
  Task<std::expected<void, std::string>> try_reload(LinkServer& server);
  std::expected<void, ListenFailure> listen(LinkServer& server, const ListenConfig& config);
  void give_up(const std::string& event, const std::string& error);
  void reopen_log();
  void tell(Result<void> result);

  Loop& loop_;
  LoopClock clock_;
  const std::string file_;
  ExitCode exit_code_ = kExitFailure;

  std::unique_ptr<ThreadPool> setup_thread_;
  std::unique_ptr<Signals> signals_;
  std::optional<Log> log_;
  std::string log_file_;
  std::unique_ptr<Services> services_;
  std::optional<ListenSocket> socket_;
  TaskGroup* flights_ = nullptr;  // calls that belong to nobody; while it serves
  std::shared_ptr<Once> once_;
  std::string once_path_;
};

}  // namespace dataaction
