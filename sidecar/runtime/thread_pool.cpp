#include "sidecar/runtime/thread_pool.h"

#include <pthread.h>
#include <signal.h>

#include <condition_variable>
#include <mutex>
#include <vector>

#include "sidecar/runtime/bug.h"
#include "sidecar/runtime/handle.h"

namespace dataaction {

// What the loop's thread and the workers share. Everything is guarded by the mutex, and a job's own
// state passes from one thread to the other under it.
class ThreadPool::Threads {
 public:
  using Jobs = List<PoolJob, InJobQueue>;

  Threads(std::string name, size_t max_queued, HandlePtr<uv_async_t> wakeup)
      : name_(std::move(name)), max_queued_(max_queued), wakeup_(std::move(wakeup)) {}

  ~Threads() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    work_.notify_all();
    for (uv_thread_t& thread : threads_) uv_thread_join(&thread);
  }

  int start(size_t count) {
    // Signals are for the loop's thread and must not interrupt a system call of SQLite's; all but
    // those that a thread brings on itself.
    sigset_t blocked;
    sigset_t before;
    sigfillset(&blocked);
    for (const int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP}) {
      sigdelset(&blocked, own);
    }
    pthread_sigmask(SIG_SETMASK, &blocked, &before);
    int status = 0;
    threads_.reserve(count);
    while (status == 0 && threads_.size() < count) {
      uv_thread_t thread;
      status = uv_thread_create(&thread, work, this);
      if (status == 0) threads_.push_back(thread);
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return status;
  }

  bool submit(PoolJob& job) {
    {
      const std::lock_guard lock(mutex_);
      if (queued_ >= max_queued_) return false;
      ++queued_;
      (job.order_ == PoolJob::Order::kUrgent ? urgent_ : queue_).push_back(job);
    }
    work_.notify_one();
    return true;
  }

  bool withdraw(PoolJob& job) {
    const std::lock_guard lock(mutex_);
    if (job.state_ != PoolJob::State::kQueued) return false;
    --queued_;
    job.unlink();
    return true;
  }

  void take_executed(Jobs& into) {
    const std::lock_guard lock(mutex_);
    into.take(executed_);
  }

  uv_async_t* wakeup() { return wakeup_.get(); }

 private:
  static void work(void* argument) noexcept {
    auto& self = *static_cast<Threads*>(argument);
    pthread_setname_np(pthread_self(), self.name_.c_str());
    std::unique_lock lock(self.mutex_);
    for (;;) {
      self.work_.wait(lock, [&] { return self.stop_ || self.queued_ > 0; });
      PoolJob* job = self.urgent_.pop_front();
      if (job == nullptr) job = self.queue_.pop_front();
      if (job == nullptr) return;
      --self.queued_;
      job->state_ = PoolJob::State::kRunning;
      lock.unlock();
      job->execute();
      lock.lock();
      job->state_ = PoolJob::State::kExecuted;
      self.executed_.push_back(*job);
      uv_async_send(self.wakeup_.get());
    }
  }

  const std::string name_;
  const size_t max_queued_;
  HandlePtr<uv_async_t> wakeup_;
  std::vector<uv_thread_t> threads_;

  std::mutex mutex_;
  std::condition_variable work_;
  Jobs urgent_;
  Jobs queue_;
  Jobs executed_;
  size_t queued_ = 0;
  bool stop_ = false;
};

Result<std::unique_ptr<ThreadPool>> ThreadPool::create(Loop& loop, const std::string& name,
                                                       size_t threads, size_t max_queued) noexcept {
  std::unique_ptr<ThreadPool> pool(new ThreadPool(loop));
  auto async = std::make_unique<uv_async_t>();
  if (const int status = uv_async_init(loop.raw(), async.get(), on_executed); status != 0) {
    return std::unexpected(Error::system(status, "uv_async_init"));
  }
  async->data = pool.get();
  HandlePtr<uv_async_t> wakeup(async.release());
  pool->threads_ = std::make_unique<Threads>(name.substr(0, 15), max_queued, std::move(wakeup));
  keep_loop_alive(pool->threads_->wakeup(), false);
  if (const int status = pool->threads_->start(threads); status != 0) {
    return std::unexpected(Error::system(status, "uv_thread_create"));
  }
  return pool;
}

ThreadPool::ThreadPool(Loop& loop) noexcept : loop_(loop) {}

ThreadPool::~ThreadPool() {
  if (jobs_ > 0) bug("a ThreadPool ends before its jobs");
}

bool ThreadPool::submit(PoolJob& job) noexcept {
  if (!threads_->submit(job)) return false;
  if (++jobs_ == 1) keep_loop_alive(threads_->wakeup(), true);
  return true;
}

bool ThreadPool::withdraw(PoolJob& job) noexcept {
  if (!threads_->withdraw(job)) return false;
  job_over();
  return true;
}

void ThreadPool::job_over() noexcept {
  if (--jobs_ == 0) keep_loop_alive(threads_->wakeup(), false);
}

void ThreadPool::on_executed(uv_async_t* handle) noexcept {
  auto& self = *static_cast<ThreadPool*>(handle->data);
  Loop::Turn turn(self.loop_);
  Threads::Jobs executed;
  self.threads_->take_executed(executed);
  while (PoolJob* job = executed.pop_front()) {
    self.job_over();
    job->executed();
  }
}

}  // namespace dataaction
