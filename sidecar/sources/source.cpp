#include "sidecar/sources/source.h"

namespace dataaction {

void Slice::clear() {
  // A large record must not keep its memory for the rest of the stream.
  if (bytes.capacity() > 4 * kSize) bytes = {};
  bytes.clear();
  bytes.reserve(kSize + kSize / 4);
  records = 0;
  cursor.clear();
}

Task<> SourceStream::stop() {
  co_return;
}

Task<> SourceStream::close(bool) {
  co_return;
}

SourceFailure failure_of(const Error& error) {
  switch (error.code()) {
    case ErrorCode::kDeadline:
      return {EndReason::kDeadline, reply_for_status(504), error.message()};
    case ErrorCode::kShutdown:
      return {EndReason::kShutdown, shutting_down(), error.message()};
    case ErrorCode::kHangup:
    case ErrorCode::kOverrun:
      return {EndReason::kClient, reply_for_status(503), error.message()};
    case ErrorCode::kCancelled:
      return {EndReason::kUpstream, overloaded(), "held open for too long"};
    case ErrorCode::kOverloaded:
      return {EndReason::kUpstream, overloaded(), error.message()};
    case ErrorCode::kClosed:
    case ErrorCode::kSystem:
      break;
  }
  return {EndReason::kUpstream, reply_for_status(500), error.message()};
}

}  // namespace dataaction
