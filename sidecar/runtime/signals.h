// Signals as something to wait for: `Result<int> signal = co_await signals.next();`
//
// A signal that comes while nobody waits is kept, once for each number, as the kernel does. One
// waiter at a time, who is gone before the Signals are.

#pragma once

#include <bitset>
#include <csignal>
#include <initializer_list>
#include <memory>
#include <vector>

#include "sidecar/runtime/handle.h"
#include "sidecar/runtime/operation.h"

namespace dataaction {

class Signals {
 public:
  class Next final : public Operation<int> {
   public:
    explicit Next(Signals& signals) noexcept : signals_(signals) {}

   private:
    friend class Signals;
    void start() noexcept override;
    void on_cancel(CancelReason reason) noexcept override;

    Signals& signals_;
  };

  static Result<std::unique_ptr<Signals>> create(Loop& loop,
                                                 std::initializer_list<int> numbers) noexcept;
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals();

  // The lowest number first.
  Next next() noexcept { return Next(*this); }

 private:
  explicit Signals(Loop& loop) noexcept : loop_(loop) {}

  void begin_wait(Next& waiter) noexcept;
  Next* end_wait() noexcept;
  static void on_signal(uv_signal_t* handle, int number) noexcept;

  Loop& loop_;
  std::vector<HandlePtr<uv_signal_t>> handles_;
  std::bitset<NSIG> pending_;
  Next* waiter_ = nullptr;
};

}  // namespace dataaction
