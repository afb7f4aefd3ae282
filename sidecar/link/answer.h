// The answer to one request: HEAD, DATA and END, or ERROR (docs/protocol.md).
//
// HEAD leaves with the first records, so that whatever goes wrong before them is an ERROR, which
// the worker can pass on or try elsewhere. While the worker's side of the connection is closed, or
// it talks out of turn, the work is cancelled at once; a deadline or a shutdown ends the work, and
// what is being sent still goes, for kLastWords at most.

#pragma once

#include <memory>
#include <string>

#include "core/link/frame.h"
#include "sidecar/link/link_context.h"
#include "sidecar/link/slice_pipe.h"
#include "sidecar/runtime/unix_stream.h"

namespace dataaction {

inline constexpr std::chrono::seconds kLastWords{1};

class Answer {
 public:
  // All of them, and the memory that `request` refers to, outlive the answer.
  Answer(LinkContext& context, UnixStream& stream, const frame::Request& request);

  // False: the connection cannot go on.
  Task<bool> send();

  // Instead of send().
  Task<bool> refuse(ErrorReply reply, std::string_view detail = "");

 private:
  Task<bool> send_stream();
  Task<bool> send_status();
  Task<bool> transfer(std::unique_ptr<SourceStream> source);
  Task<bool> stream(std::unique_ptr<SourceStream> source, CancelScope& work);
  Task<bool> call(std::unique_ptr<SourceStream> source, CancelScope& work);
  Task<bool> send_pieces(SlicePipe& pipe);
  Task<bool> send_piece(const SlicePipe::Piece& piece);
  void ended(const SlicePipe::Piece& last);
  void client_gone();
  void log_end(EndReason reason, std::string_view detail);

  LinkContext& context_;
  UnixStream& stream_;
  const frame::Request& request_;
  const std::shared_ptr<Catalog> catalog_;
  const Clock::TimePoint started_;
  Source* source_ = nullptr;
  HangupWatch* watch_ = nullptr;  // while there is a stream or a call

  bool head_sent_ = false;
  uint64_t count_ = 0;
  bool complete_ = false;  // and all of it has been written
  std::string cursor_;     // behind the last record; empty: the source cannot go on there
  std::string before_;     // the frames around a slice
  std::string after_;
};

}  // namespace dataaction
