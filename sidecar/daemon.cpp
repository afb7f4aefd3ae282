#include "sidecar/daemon.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <initializer_list>
#include <utility>

#include "sidecar/link/version.h"
#include "sidecar/runtime/task_group.h"
#include "sidecar/runtime/timer.h"

namespace dataaction {
namespace {

// Not to the log: there is none yet, or it is somewhere else.
void say_emerg(const std::string& message) {
  std::fprintf(stderr, "dataactiond: [emerg] %s\n", message.c_str());
}

constexpr std::initializer_list<int> kSignals = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};

// Who is told twice to end has ended all the same: with the default action back, the second signal
// would make a killed process of it, and systemd a failure.
void ignore_signals_from_now_on(std::unique_ptr<Signals>& signals) noexcept {
  sigset_t ours;
  sigemptyset(&ours);
  for (const int number : kSignals) sigaddset(&ours, number);
  pthread_sigmask(SIG_BLOCK, &ours, nullptr);
  signals.reset();
  // A thread of libcurl's that resolves a name may be left, and take them.
  for (const int number : kSignals) std::signal(number, SIG_IGN);
}

// More than the queues of all actions hold, where they are of a sane size.
constexpr size_t kMaxFlights = 1 << 16;

bool same(const ListenConfig& a, const ListenConfig& b) {
  return a.path == b.path && a.mode == b.mode && a.group == b.group && a.backlog == b.backlog;
}

}  // namespace

ExitCode Daemon::run() {
  CancelScope scope(loop_);
  TaskGroup life(scope, 1);
  if (!life.spawn(live())) bug("a group of one is full");
  loop_.run();
  return exit_code_;
}

Task<> Daemon::live() {
  exit_code_ = co_await start_and_serve();
  socket_.reset();
  once_.reset();
  services_.reset();
  setup_thread_.reset();
  ignore_signals_from_now_on(signals_);
}

Task<ExitCode> Daemon::start_and_serve() {
  auto signals = Signals::create(loop_, kSignals);
  auto thread = ThreadPool::create(loop_, "setup", 1, 1);
  auto notify = SdNotify::from_environment();
  if (!signals || !thread || !notify) {
    const Error error = !signals ? signals.error() : !thread ? thread.error() : notify.error();
    say_emerg(error.message());
    co_return kExitFailure;
  }
  signals_ = std::move(*signals);
  setup_thread_ = std::move(*thread);

  Result<Loaded> loaded = co_await load();
  if (!loaded || !*loaded) {
    say_emerg(loaded ? loaded->error() : loaded.error().message());
    co_return kExitConfiguration;
  }
  OpenedLog log = open_log(**loaded);
  if (!log) {
    say_emerg(log.error());
    co_return kExitConfiguration;
  }
  use_log((*loaded)->checked.config.log, (*loaded)->log_file, std::move(*log));
  auto services = Services::create(loop_, clock_, *log_);
  if (!services) {
    give_up("cannot start", services.error());
    co_return kExitFailure;
  }
  services_ = std::move(*services);
  co_return co_await serve(std::move(**loaded), std::move(*notify));
}

Task<ExitCode> Daemon::serve(Setup setup, SdNotify notify) {
  const ListenConfig listen_config = setup.checked.config.listen;
  TaskGroup flights(co_await current_scope(), kMaxFlights);
  flights_ = &flights;
  LinkServer server(co_await current_scope(), clock_, *log_);
  auto catalog = co_await make_catalog(setup, nullptr);
  if (!catalog) {
    give_up("cannot start", catalog.error());
    co_return kExitFailure;
  }
  server.use(std::move(*catalog));
  if (auto listening = listen(server, listen_config); !listening) {
    const ListenFailure& failure = listening.error();
    give_up("cannot listen", describe(ConfigError{failure.message, listen_config.at}));
    co_return failure.already_running ? kExitAlreadyRunning : kExitFailure;
  }
  for (const std::string& warning : setup.warnings) log_->warn(warning);

  TaskGroup background(co_await current_scope(), 2);
  if (!background.spawn(feed_watchdog(notify))) bug("a group of two is full");
  log_->notice("started", {{"version", kVersion}, {"listen", socket_->path()}});
  tell(notify.ready());
  co_await obey(server, notify);
  if (!background.spawn(hurry_on_signal(server))) bug("a group of two is full");
  co_await stop(server, notify);
  background.cancel(CancelReason::kShutdown);
  co_await background.drain();
  co_return kExitOk;
}

// Until it is told to stop.
Task<> Daemon::obey(LinkServer& server, SdNotify& notify) {
  for (;;) {
    const Result<int> signal = co_await signals_->next();
    if (!signal || *signal == SIGTERM || *signal == SIGINT) co_return;
    if (*signal == SIGUSR1) {
      reopen_log();
      continue;
    }
    tell(notify.reloading());
    co_await reload(server);
    tell(notify.ready());
  }
}

Task<> Daemon::stop(LinkServer& server, SdNotify& notify) {
  log_->notice("stopping");
  tell(notify.stopping());
  const Clock::TimePoint end = clock_.now() + server.catalog()->config().shutdown_timeout;
  co_await server.drain(end - clock_.now());
  co_await flights_->drain(clock_, std::max(end - clock_.now(), Clock::Duration(0)));
  socket_->remove_file();
  log_->notice("stopped");
}

Task<> Daemon::hurry_on_signal(LinkServer& server) {
  for (;;) {
    const Result<int> signal = co_await signals_->next();
    if (!signal) co_return;
    if (*signal == SIGUSR1) reopen_log();
    if (*signal == SIGTERM || *signal == SIGINT) {
      server.hurry();
      flights_->cancel(CancelReason::kShutdown);
    }
  }
}

Task<> Daemon::feed_watchdog(SdNotify& notify) {
  const auto interval = notify.watchdog_interval();
  if (!interval) co_return;
  const auto half = std::chrono::duration_cast<std::chrono::milliseconds>(*interval) / 2;
  while (co_await sleep_for(clock_, half)) tell(notify.watchdog());
}

Task<Result<Daemon::Loaded>> Daemon::load() {
  co_return co_await setup_thread_->run([this] { return load_setup(file_); });
}

Task<std::expected<std::shared_ptr<Catalog>, std::string>> Daemon::make_catalog(
    Setup& setup, const Catalog* previous) {
  const auto key = co_await services_->cursor_key(setup.checked.config.state_path);
  if (!key) {
    co_return std::unexpected(
        describe(ConfigError{key.error(), setup.checked.config.state_path_at}));
  }
  auto once = co_await open_once(setup.checked.config);
  if (!once) {
    co_return std::unexpected(
        describe(ConfigError{once.error(), setup.checked.config.state_path_at}));
  }
  const Catalog::Keys keys{*key, services_->hash_key(), *flights_, std::move(*once)};
  auto catalog = Catalog::create(loop_, services_->platform(), std::move(setup.checked),
                                 std::move(setup.contracts), keys, previous);
  if (!catalog) co_return std::unexpected(catalog.error().message());
  co_return std::move(*catalog);
}

Task<std::expected<std::shared_ptr<Once>, std::string>> Daemon::open_once(const Config& config) {
  if (std::ranges::none_of(config.actions, &ActionConfig::has_idempotency_key)) co_return nullptr;
  const std::string path = config.state_path + "/results.db";
  if (once_ && once_path_ == path) co_return once_;
  auto opened = co_await setup_thread_->run([&path] { return ResultStore::open(path); });
  if (!opened) co_return std::unexpected(opened.error().message());
  if (!*opened) co_return std::unexpected(std::move(opened->error()));
  auto once = Once::create(loop_, services_->platform(), std::move(**opened));
  if (!once) co_return std::unexpected(once.error().message());
  once_ = std::move(*once);
  once_path_ = path;
  co_return once_;
}

Daemon::OpenedLog Daemon::open_log(const Setup& setup) const {
  if (log_ && setup.log_file == log_file_) return std::nullopt;
  const LogConfig& config = setup.checked.config.log;
  Result<Log> opened = Log::open(setup.log_file, config.level, config.format);
  if (opened) return std::optional<Log>(std::move(*opened));
  const std::string why = opened.error().message();
  return std::unexpected(
      describe(ConfigError{"cannot open log \"" + setup.log_file + "\": " + why, config.at}));
}

void Daemon::use_log(const LogConfig& config, const std::string& file, std::optional<Log> opened) {
  if (opened) {
    // Everybody who logs keeps a reference to this place.
    log_.emplace(std::move(*opened));
    log_file_ = file;
    return;
  }
  reopen_log();
  log_->set_level(config.level);
  log_->set_format(config.format);
}

Task<> Daemon::reload(LinkServer& server) {
  const auto reloaded = co_await try_reload(server);
  if (reloaded) {
    log_->notice("configuration reloaded", {{"generation", server.catalog()->generation()}});
  } else {
    log_->error("new configuration refused, the old one stays", {{"error", reloaded.error()}});
  }
}

Task<std::expected<void, std::string>> Daemon::try_reload(LinkServer& server) {
  Result<Loaded> loaded = co_await load();
  if (!loaded) co_return std::unexpected(loaded.error().message());
  if (!*loaded) co_return std::unexpected(std::move(loaded->error()));
  Setup& setup = **loaded;
  OpenedLog log = open_log(setup);
  if (!log) co_return std::unexpected(std::move(log.error()));
  auto catalog = co_await make_catalog(setup, server.catalog().get());
  if (!catalog) co_return std::unexpected(std::move(catalog.error()));

  // The last that can fail: a socket that has been replaced is not to be had back.
  const Config& config = (*catalog)->config();
  if (!same(config.listen, server.catalog()->config().listen)) {
    if (auto listening = listen(server, config.listen); !listening) {
      co_return std::unexpected(describe(ConfigError{listening.error().message, config.listen.at}));
    }
  }
  use_log(config.log, setup.log_file, std::move(*log));
  for (const std::string& warning : setup.warnings) log_->warn(warning);
  server.use(std::move(*catalog));
  co_return {};
}

std::expected<void, ListenFailure> Daemon::listen(LinkServer& server, const ListenConfig& config) {
  auto socket = ListenSocket::open(config, socket_ ? &*socket_ : nullptr);
  if (!socket) return std::unexpected(std::move(socket.error()));
  auto listener = UnixListener::adopt(loop_, socket->release_fd(), config.backlog);
  if (!listener) return std::unexpected(ListenFailure{listener.error().message()});
  server.listen(std::move(*listener));
  socket_.reset();
  socket_.emplace(std::move(*socket));
  return {};
}

// As nginx does: whoever starts it sees why it did not, wherever the log goes.
void Daemon::give_up(const std::string& event, const std::string& error) {
  log_->emerg(event, {{"error", error}});
  if (!log_file_.empty()) say_emerg(event + ": " + error);
}

void Daemon::reopen_log() {
  if (const Result<void> opened = log_->reopen(); !opened) {
    log_->error("cannot reopen the log", {{"error", opened.error().message()}});
  }
}

void Daemon::tell(Result<void> result) {
  if (!result) log_->warn("cannot notify systemd", {{"error", result.error().message()}});
}

}  // namespace dataaction
