// The libuv loop and the queue of coroutines that are ready to go on.
//
// Whatever ends a wait (a libuv callback, a cancellation, an event) posts the coroutine here
// instead of resuming it: no coroutine ever runs inside another one's call, so none can pull the
// ground from under its caller. A callback from libuv opens a Turn; when the turn ends, what is
// ready runs, before libuv gets control back. What was posted outside of a turn, or is too much for
// one, runs in the loop's next iteration, after which sockets and timers have had their chance.
//
// What is sent is put off to the loop's next iteration (Deferred): a burst of writes wakes its
// receiver once, where each write by itself would have it run and go back to sleep.
//
// A Loop belongs to one thread. It outlives everything made with it, and is not moved.

#pragma once

#include <uv.h>

#include <coroutine>
#include <memory>
#include <string>
#include <vector>

#include "sidecar/runtime/error.h"
#include "sidecar/runtime/list.h"

namespace dataaction {

struct InReadyQueue;
struct InDeferred;

// A suspended coroutine that can be posted; in at most one ready queue, at most once.
class Resumable : public ListNode<InReadyQueue> {
 protected:
  ~Resumable() = default;
  void set_waiter(std::coroutine_handle<> waiter) { waiter_ = waiter; }

 private:
  friend class Loop;
  std::coroutine_handle<> waiter_;
};

// What is to be done when all who are ready have had their turn, before the loop waits.
class Deferred : public ListNode<InDeferred> {
 protected:
  ~Deferred() = default;

 private:
  friend class Loop;
  virtual void on_deferred() noexcept = 0;
};

class Loop {
 public:
  // Also makes the process ignore SIGPIPE: a peer that is gone is an error of the write.
  static Result<std::unique_ptr<Loop>> create() noexcept;
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // A handle that is still open is a bug, unless close() has reported it.
  ~Loop();

  // Until nothing is left that could happen.
  void run() noexcept;

  // Lets handles that are closing finish, then closes the loop. Returns the types of the handles
  // that someone still has open; the loop then stays as it is.
  std::vector<std::string> close() noexcept;

  void post(Resumable& ready) noexcept;

  // Once, unless it is unlinked or destroyed before.
  void defer(Deferred& work) noexcept;

  uv_loop_t* raw() const { return loop_.get(); }

  class Turn {
   public:
    explicit Turn(Loop& loop) noexcept : loop_(loop) { ++loop_.turns_; }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn();

   private:
    Loop& loop_;
  };

 private:
  Loop() = default;

  void resume_ready() noexcept;
  void run_deferred() noexcept;
  static void on_idle(uv_idle_t* handle) noexcept;

  std::unique_ptr<uv_loop_t> loop_;
  std::unique_ptr<uv_idle_t> idle_;  // active: there is something to do, do not block
  List<Resumable, InReadyQueue> ready_;
  List<Deferred, InDeferred> deferred_;
  int turns_ = 0;
  bool reported_ = false;
};

}  // namespace dataaction
