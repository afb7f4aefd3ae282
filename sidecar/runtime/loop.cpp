#include "sidecar/runtime/loop.h"

#include <csignal>

#include "sidecar/runtime/bug.h"

namespace dataaction {

namespace {

// Coroutines that wake each other must not starve sockets and timers.
constexpr int kResumptionsPerTurn = 128;

struct HandleCount {
  const void* ignored;
  std::vector<std::string> open;
  size_t closing;
};

HandleCount count_handles(uv_loop_t* loop, const void* ignored) {
  HandleCount count{ignored, {}, 0};
  uv_walk(
      loop,
      [](uv_handle_t* handle, void* argument) noexcept {
        auto& count = *static_cast<HandleCount*>(argument);
        if (uv_is_closing(handle)) {
          ++count.closing;
        } else if (handle != count.ignored) {
          count.open.emplace_back(uv_handle_type_name(handle->type));
        }
      },
      &count);
  return count;
}

}  // namespace

Result<std::unique_ptr<Loop>> Loop::create() noexcept {
  std::unique_ptr<Loop> loop(new Loop);
  auto raw = std::make_unique<uv_loop_t>();
  if (const int status = uv_loop_init(raw.get()); status != 0) {
    return std::unexpected(Error::system(status, "uv_loop_init"));
  }
  loop->loop_ = std::move(raw);
  loop->idle_ = std::make_unique<uv_idle_t>();
  loop->idle_->data = loop.get();
  uv_idle_init(loop->raw(), loop->idle_.get());
  std::signal(SIGPIPE, SIG_IGN);
  return loop;
}

Loop::~Loop() {
  if (loop_ && !reported_ && !close().empty()) bug("a libuv handle is open when its loop ends");
  // libuv still refers to a loop that could not be closed, whatever becomes of us.
  if (reported_) {
    static_cast<void>(loop_.release());
    static_cast<void>(idle_.release());
  }
}

void Loop::run() noexcept {
  uv_run(raw(), UV_RUN_DEFAULT);
}

std::vector<std::string> Loop::close() noexcept {
  if (!loop_) return {};

  // A close callback may wake a coroutine, which may close another handle.
  HandleCount handles = count_handles(raw(), idle_.get());
  while (handles.closing > 0 || !ready_.empty() || !deferred_.empty()) {
    uv_run(raw(), UV_RUN_NOWAIT);
    handles = count_handles(raw(), idle_.get());
  }
  if (!handles.open.empty()) {
    reported_ = true;
    return std::move(handles.open);
  }

  uv_close(reinterpret_cast<uv_handle_t*>(idle_.get()), nullptr);
  uv_run(raw(), UV_RUN_NOWAIT);
  if (uv_loop_close(raw()) != 0) bug("uv_loop_close found what uv_walk did not");
  loop_.reset();
  reported_ = false;
  return {};
}

void Loop::post(Resumable& ready) noexcept {
  ready_.push_back(ready);
  if (turns_ == 0) uv_idle_start(idle_.get(), on_idle);
}

void Loop::defer(Deferred& work) noexcept {
  if (!work.linked()) deferred_.push_back(work);
  if (turns_ == 0) uv_idle_start(idle_.get(), on_idle);
}

// What is deferred meanwhile has to wait for sockets and timers.
void Loop::run_deferred() noexcept {
  List<Deferred, InDeferred> now;
  now.take(deferred_);
  while (Deferred* work = now.pop_front()) work->on_deferred();
}

void Loop::resume_ready() noexcept {
  ++turns_;
  for (int i = 0; i < kResumptionsPerTurn; ++i) {
    Resumable* ready = ready_.pop_front();
    if (ready == nullptr) break;
    ready->waiter_.resume();
  }
  --turns_;
  if (ready_.empty() && deferred_.empty()) {
    uv_idle_stop(idle_.get());
  } else {
    uv_idle_start(idle_.get(), on_idle);
  }
}

void Loop::on_idle(uv_idle_t* handle) noexcept {
  Loop& self = *static_cast<Loop*>(handle->data);
  const Turn turn(self);
  self.run_deferred();
}

Loop::Turn::~Turn() {
  if (--loop_.turns_ == 0) loop_.resume_ready();
}

}  // namespace dataaction
