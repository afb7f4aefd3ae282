// Task<T>: a coroutine that begins when it is awaited, and gives one value to whoever does that.
//
//     Task<Result<Page>> fetch(UnixStream& stream, std::string name);
//     Result<Page> page = co_await fetch(stream, "tx");
//
// Ownership: a Task owns its coroutine's frame, and the frame owns the parameters: take by value
// what must live as long as the work; a reference must outlive the co_await. (A lambda that is a
// coroutine keeps its captures in the lambda object, not in the frame: do not capture, pass
// parameters.) A Task is awaited once, or dropped without having begun. One that has begun runs to
// its end: there is no killing from outside, only cancellation (cancel.h), so whatever an operation
// refers to in a frame stays there until the operation is over. Dropping a task that runs is a
// bug().
//
// Errors are values (Result<T>). An exception that leaves a coroutine is a bug and ends the
// process, with what() on stderr.
//
// Stack: an awaited task runs inside await_suspend until it first waits, and its parent is told
// "not suspended" if it came to its end by then; only one that did wait resumes its parent by
// symmetric transfer. So a loop over tasks that never wait needs no tail call, which g++ does not
// make without optimization and with sanitizers (GCC bug 100897), and the depth of the stack is
// that of the calls.

#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "sidecar/runtime/bug.h"
#include "sidecar/runtime/cancel.h"

namespace dataaction {

template <typename T>
class Task;

// The part of a promise that operations and tasks inside see: where the coroutine runs.
class TaskPromiseBase {
 public:
  CancelScope& scope() const { return *scope_; }
  bool has_begun() const { return scope_ != nullptr; }
  void begin_in(CancelScope& scope) { scope_ = &scope; }

 private:
  CancelScope* scope_ = nullptr;
};

template <typename P>
concept TaskPromise = std::is_base_of_v<TaskPromiseBase, P>;

template <typename T>
class TaskPromiseResult : public TaskPromiseBase {
 public:
  template <typename U = T>
    requires std::is_constructible_v<T, U&&>
  void return_value(U&& value) {
    result_.emplace(std::forward<U>(value));
  }
  T take() noexcept { return std::move(*result_); }

 private:
  std::optional<T> result_;
};

template <>
class TaskPromiseResult<void> : public TaskPromiseBase {
 public:
  void return_void() const {}
  void take() const noexcept {}
};

template <typename T = void>
class [[nodiscard]] Task {
 public:
  class promise_type : public TaskPromiseResult<T> {
   public:
    Task get_return_object() {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() const noexcept { return {}; }

    auto final_suspend() const noexcept {
      struct Awaiter {
        bool await_ready() const noexcept { return false; }
        std::coroutine_handle<> await_suspend(
            std::coroutine_handle<promise_type> self) const noexcept {
          return self.promise().parent_;
        }
        void await_resume() const noexcept {}
      };
      return Awaiter{};
    }

    // Within a handler: the exception that terminate() reports is the one that left the coroutine.
    [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }

   private:
    friend class Task;
    std::coroutine_handle<> parent_ = std::noop_coroutine();
  };

  class Awaiter {
   public:
    bool await_ready() const noexcept { return false; }

    template <TaskPromise P>
    bool await_suspend(std::coroutine_handle<P> parent) noexcept {
      promise_type& promise = child_.promise();
      promise.begin_in(scope_ != nullptr ? *scope_ : parent.promise().scope());
      child_.resume();
      if (child_.done()) return false;
      promise.parent_ = parent;
      return true;
    }

    T await_resume() noexcept { return child_.promise().take(); }

   private:
    friend class Task;
    Awaiter(std::coroutine_handle<promise_type> child, CancelScope* scope)
        : child_(child), scope_(scope) {
      if (!child_ || child_.promise().has_begun()) bug("a Task is awaited twice");
    }

    std::coroutine_handle<promise_type> child_;
    CancelScope* scope_;
  };

  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (!frame_) return;
    if (frame_.promise().has_begun() && !frame_.done()) bug("a Task is dropped while it runs");
    frame_.destroy();
  }

  Awaiter operator co_await() && noexcept { return Awaiter(frame_, nullptr); }

  // co_await std::move(task).in(scope): in a scope other than the awaiting task's own.
  Awaiter in(CancelScope& scope) && noexcept { return Awaiter(frame_, &scope); }

 private:
  explicit Task(std::coroutine_handle<promise_type> frame) : frame_(frame) {}

  std::coroutine_handle<promise_type> frame_;
};

class [[nodiscard]] CurrentScope {
 public:
  bool await_ready() const noexcept { return false; }
  template <TaskPromise P>
  bool await_suspend(std::coroutine_handle<P> self) noexcept {
    scope_ = &self.promise().scope();
    return false;
  }
  CancelScope& await_resume() const noexcept { return *scope_; }

 private:
  CancelScope* scope_ = nullptr;
};

// CancelScope& scope = co_await current_scope();
inline CurrentScope current_scope() {
  return {};
}

}  // namespace dataaction
