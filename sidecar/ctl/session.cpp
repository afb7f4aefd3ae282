#include "sidecar/ctl/session.h"

#include <csignal>
#include <utility>

#include "sidecar/ctl/exit_codes.h"
#include "sidecar/link/version.h"
#include "sidecar/runtime/task_group.h"

namespace dataaction {
namespace {

// One writes, one reads a secret, the others are for doctor.
constexpr size_t kThreads = 4;
constexpr size_t kMaxJobs = 16;

}  // namespace

Session::Session(std::unique_ptr<Loop> loop, Log log) noexcept
    : loop_(std::move(loop)), clock_(*loop_), log_(std::move(log)) {}

std::expected<std::unique_ptr<Session>, std::string> Session::create(bool trace) {
  auto loop = Loop::create();
  if (!loop) return std::unexpected(loop.error().message());
  // What is wrong is the command's to say, once.
  auto log = Log::open("", LogLevel::kCrit, LogFormat::kPlain);
  if (!log) return std::unexpected(log.error().message());
  std::unique_ptr<Session> session(new Session(std::move(*loop), std::move(*log)));

  auto client = HttpClient::create(*session->loop_, session->clock_,
                                   {.user_agent = "dataactionctl/" + std::string(kVersion)});
  if (!client) return std::unexpected(client.error().message());
  session->client_ = std::move(*client);
  session->trace_ = std::make_unique<HttpTrace>(*session->client_, session->clock_, trace);
  auto threads = ThreadPool::create(*session->loop_, "blocking", kThreads, kMaxJobs);
  if (!threads) return std::unexpected(threads.error().message());
  session->threads_ = std::move(*threads);
  auto signals = Signals::create(*session->loop_, {SIGINT, SIGTERM, SIGHUP});
  if (!signals) return std::unexpected(signals.error().message());
  session->signals_ = std::move(*signals);
  session->services_.emplace(PlatformServices{*session->trace_, session->clock_, session->calendar_,
                                              session->random_, *session->threads_, session->log_});
  return session;
}

int Session::run(Task<int> flow) {
  CancelScope scope(*loop_);
  TaskGroup life(scope, 1);
  if (!life.spawn(live(std::move(flow)))) bug("a group of one is full");
  loop_->run();
  // A flow that came to its end in spite of it did what was asked.
  return signal_ && exit_code_ != kExitOk ? kExitSignal + *signal_ : exit_code_;
}

Task<> Session::live(Task<int> flow) {
  CancelScope work(co_await current_scope());
  TaskGroup watch(co_await current_scope(), 1);
  if (!watch.spawn(obey(work))) bug("a group of one is full");
  exit_code_ = co_await std::move(flow).in(work);
  watch.cancel(CancelReason::kCancelled);
  co_await watch.drain();
  signals_.reset();
}

Task<> Session::obey(CancelScope& work) {
  const Result<int> signal = co_await signals_->next();
  if (!signal) co_return;
  signal_ = *signal;
  signals_.reset();
  work.cancel(CancelReason::kShutdown);
}

}  // namespace dataaction
