// So many at a time, so many who wait, and nobody beyond that:
//
//     Result<Semaphore::Permit> permit = co_await statements.acquire();
//     if (!permit) co_return std::unexpected(permit.error());   // kOverloaded, or cancelled
//
// A permit goes back when it is destroyed, and then to the one who waits longest. The semaphore
// outlives permits and waiters.

#pragma once

#include <cstddef>

#include "sidecar/runtime/operation.h"

namespace dataaction {

struct InSemaphore;

class Semaphore {
 public:
  class [[nodiscard]] Permit {
   public:
    Permit(Permit&& other) noexcept : semaphore_(std::exchange(other.semaphore_, nullptr)) {}
    Permit& operator=(Permit&&) = delete;
    ~Permit() {
      if (semaphore_ != nullptr) semaphore_->release();
    }

   private:
    friend class Semaphore;
    explicit Permit(Semaphore& semaphore) noexcept : semaphore_(&semaphore) {}

    Semaphore* semaphore_;
  };

  class Acquire final : public Operation<Permit>, public ListNode<InSemaphore> {
   public:
    explicit Acquire(Semaphore& semaphore) noexcept : semaphore_(semaphore) {}

   private:
    friend class Semaphore;
    void start() noexcept override;
    void on_cancel(CancelReason reason) noexcept override;

    Semaphore& semaphore_;
  };

  Semaphore(size_t permits, size_t max_waiting) noexcept
      : available_(permits), max_waiting_(max_waiting) {}
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;
  ~Semaphore();

  Acquire acquire() noexcept { return Acquire(*this); }

  size_t available() const { return available_; }
  size_t waiting() const { return waiting_; }

 private:
  void release() noexcept;

  size_t available_;
  size_t max_waiting_;
  size_t waiting_ = 0;
  List<Acquire, InSemaphore> waiters_;
};

}  // namespace dataaction
