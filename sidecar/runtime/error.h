// How an operation of the runtime fails: a code, libuv's status where the system said no, and which
// operation it was. Errors are values without memory of their own; `what` is a string literal.

#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace dataaction {

// Why a scope was cancelled. The first reason stays.
enum class CancelReason : uint8_t {
  kCancelled,  // whoever asked for the work no longer wants it
  kDeadline,   // out of time
  kShutdown,   // the daemon stops
  kHangup,     // the peer is gone
  kOverrun,    // the peer keeps sending while it is not its turn
};

enum class ErrorCode : uint8_t {
  kCancelled,  // the first five: a CancelReason, seen by the operation that it ended
  kDeadline,
  kShutdown,
  kHangup,
  kOverrun,
  kClosed,      // the stream, listener or event is closed
  kOverloaded,  // a bounded queue is full
  kSystem,      // status() says which
};

std::string_view name_of(ErrorCode code);

class Error {
 public:
  explicit constexpr Error(ErrorCode code, const char* what = "") : code_(code), what_(what) {}
  explicit constexpr Error(CancelReason reason) : code_(static_cast<ErrorCode>(reason)) {}

  // `status`: a negative number from libuv, or -errno.
  static constexpr Error system(int status, const char* what) {
    Error error(ErrorCode::kSystem, what);
    error.status_ = status;
    return error;
  }

  constexpr ErrorCode code() const { return code_; }
  constexpr int status() const { return status_; }
  constexpr bool cancelled() const { return code_ <= ErrorCode::kOverrun; }

  std::string message() const;

  bool operator==(const Error& other) const {
    return code_ == other.code_ && status_ == other.status_ &&
           std::string_view(what_) == other.what_;
  }

 private:
  ErrorCode code_;
  int status_ = 0;
  const char* what_ = "";
};

template <typename T>
using Result = std::expected<T, Error>;

// As nginx says it: `open() "/x" failed (2: No such file or directory)`. `code` is an errno.
std::string failed_call(std::string_view call, std::string_view path, int code);

}  // namespace dataaction
