// What all connections of the link share. The LinkServer owns it; everything in it outlives them.

#pragma once

#include <memory>

#include "sidecar/catalog/catalog.h"
#include "sidecar/runtime/cancel.h"
#include "sidecar/runtime/clock.h"
#include "sidecar/runtime/event.h"
#include "sidecar/runtime/log.h"
#include "sidecar/runtime/task_group.h"

namespace dataaction {

struct LinkContext {
  LinkContext(CancelScope& parent, Clock& time, Log& lines)
      : clock(time),
        log(lines),
        idle(parent),
        work(parent),
        closing(parent, kMaxClosing),
        started(time.now()) {}

  // Closes a stream whose answer has ended, while its connection goes on. Beyond kMaxClosing those
  // who hold something for it have to find out by themselves.
  void close_later(std::unique_ptr<SourceStream> stream, std::shared_ptr<Catalog> keep,
                   bool complete);
  static constexpr size_t kMaxClosing = 1024;

  Clock& clock;
  Log& log;

  CancelScope idle;  // connections that wait for a request
  CancelScope work;  // what makes records
  TaskGroup closing;

  // A request takes the one that is here when it comes.
  std::shared_ptr<Catalog> catalog;

  const Clock::TimePoint started;
  size_t connections = 0;
  size_t streams = 0;
  Event stream_ended;
  bool stopping = false;  // streams go on, and there are no new ones
};

// One cancellation that leads to another: where a scope would need two parents.
class CancelLink final : private Cancellable {
 public:
  CancelLink(CancelScope& from, CancelScope& to) noexcept : to_(to) {
    if (from.reason()) {
      to_.cancel(*from.reason());
    } else {
      from.add(*this);
    }
  }

 private:
  void on_cancel(CancelReason reason) noexcept override { to_.cancel(reason); }

  CancelScope& to_;
};

}  // namespace dataaction
