#include "sidecar/runtime/signals.h"

#include "sidecar/runtime/bug.h"

namespace dataaction {

Result<std::unique_ptr<Signals>> Signals::create(Loop& loop,
                                                 std::initializer_list<int> numbers) noexcept {
  std::unique_ptr<Signals> signals(new Signals(loop));
  for (const int number : numbers) {
    auto handle = std::make_unique<uv_signal_t>();
    if (const int status = uv_signal_init(loop.raw(), handle.get()); status != 0) {
      return std::unexpected(Error::system(status, "uv_signal_init"));
    }
    handle->data = signals.get();
    uv_signal_t* raw = signals->handles_.emplace_back(handle.release()).get();
    keep_loop_alive(raw, false);
    if (const int status = uv_signal_start(raw, on_signal, number); status != 0) {
      return std::unexpected(Error::system(status, "uv_signal_start"));
    }
  }
  return signals;
}

Signals::~Signals() {
  if (waiter_ != nullptr) bug("Signals end while someone waits for them");
}

void Signals::on_signal(uv_signal_t* handle, int number) noexcept {
  auto& self = *static_cast<Signals*>(handle->data);
  Loop::Turn turn(self.loop_);
  if (self.waiter_ != nullptr) {
    self.end_wait()->finish(number);
  } else {
    self.pending_.set(static_cast<size_t>(number));
  }
}

void Signals::begin_wait(Next& waiter) noexcept {
  waiter_ = &waiter;
  for (auto& handle : handles_) keep_loop_alive(handle.get(), true);
}

Signals::Next* Signals::end_wait() noexcept {
  for (auto& handle : handles_) keep_loop_alive(handle.get(), false);
  return std::exchange(waiter_, nullptr);
}

void Signals::Next::start() noexcept {
  if (signals_.waiter_ != nullptr) bug("two wait for the same Signals");
  for (size_t number = 1; number < signals_.pending_.size(); ++number) {
    if (!signals_.pending_.test(number)) continue;
    signals_.pending_.reset(number);
    return finish(static_cast<int>(number));
  }
  signals_.begin_wait(*this);
}

void Signals::Next::on_cancel(CancelReason reason) noexcept {
  signals_.end_wait();
  finish(std::unexpected(Error(reason)));
}

}  // namespace dataaction
