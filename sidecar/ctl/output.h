// Where a command's result goes: standard output, a file that appears only when it is whole, or
// nowhere.
//
// Writes are done on a thread. One that is cancelled goes on as long as it need not wait, so that
// what is read ends with a whole record where it can; a reader that does not read keeps nobody from
// being interrupted. After a write that failed or was cancelled only destruction makes sense; it
// removes a file that was not committed. The pool outlives it.
//
// A result that is short, and there all at once, goes to print_out() instead.

#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "sidecar/runtime/thread_pool.h"

namespace dataaction {

class Output {
 public:
  static std::expected<std::unique_ptr<Output>, std::string> standard(ThreadPool& threads);
  // Written beside `path` under a name of its own. What is at `path` now is no directory, device or
  // the like.
  static std::expected<std::unique_ptr<Output>, std::string> file(ThreadPool& threads,
                                                                  const std::string& path);
  static std::unique_ptr<Output> nowhere(ThreadPool& threads);

  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output();

  // `bytes` outlive the call. EPIPE: nobody reads any more.
  Task<Result<void>> write(std::string_view bytes);
  // All has been written: a file is on the disk and has its name when this has returned.
  Task<Result<void>> commit();

  // Whether a person sees what is written.
  bool on_terminal() const;

 private:
  Output(ThreadPool& threads, int fd, int stop) : threads_(threads), fd_(fd), stop_(stop) {}

  static std::expected<std::unique_ptr<Output>, std::string> make(ThreadPool& threads, int fd);
  Result<void> write_all(std::string_view bytes) const;
  Result<void> give_name();

  ThreadPool& threads_;
  const int fd_;    // -1: nowhere
  const int stop_;  // an eventfd: readable when a write shall end
  bool owned_ = false;
  size_t step_ = SIZE_MAX;  // what can be written at once when poll() says that something can
  std::string path_;        // of a file
  std::string temporary_;   // its name until it is committed
};

// What a command exits with when it cannot write, after it has said why.
int exit_for_output(const Error& error);

// Writes to standard output, all of it and now. An exit code. Blocks.
int print_out(std::string_view text);

}  // namespace dataaction
