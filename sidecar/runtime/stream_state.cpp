#include "sidecar/runtime/stream_state.h"

#include <algorithm>

#include "sidecar/runtime/bug.h"
#include "sidecar/runtime/unix_stream.h"

namespace dataaction {

HandleStatePtr<StreamState> StreamState::create(Loop& loop) noexcept {
  auto* state = new StreamState(loop);
  uv_pipe_init(loop.raw(), state->pipe(), 0);
  return HandleStatePtr<StreamState>(state);
}

void StreamState::close() noexcept {
  if (closing()) return;
  close_handle();  // a pending write's callback comes with UV_ECANCELED
  ended(std::unexpected(Error(ErrorCode::kClosed, "read")));
}

void StreamState::begin_read(StreamRead& read) noexcept {
  if (reader_ != nullptr) bug("two reads of a UnixStream at a time");
  if (read.buffer_.empty()) bug("a read into an empty buffer");
  reader_ = &read;
  if (!early_.empty() && !closing()) {
    const size_t size = early_.copy(read.buffer_.data(), read.buffer_.size());
    early_.erase(0, size);
    finish_read(size);
  } else if (end_) {
    finish_read(*end_);
  }
  update_reading();
}

void StreamState::cancel_read() noexcept {
  reader_ = nullptr;
  update_reading();
}

void StreamState::begin_write() noexcept {
  if (writing_) bug("two writes of a UnixStream at a time");
  writing_ = true;
}

void StreamState::watch(CancelScope& scope) noexcept {
  if (watcher_ != nullptr) bug("two watches of a UnixStream at a time");
  watcher_ = &scope;
  may_talk_ = false;
  if (end_) watcher_->cancel(CancelReason::kHangup);
  if (early_.size() == HangupWatch::kMaxEarlyBytes) watcher_->cancel(CancelReason::kOverrun);
  update_reading();
}

void StreamState::unwatch() noexcept {
  watcher_ = nullptr;
  update_reading();
}

bool StreamState::wants_to_read() const {
  const bool room = early_.size() < HangupWatch::kMaxEarlyBytes;
  return !end_ && (reader_ != nullptr || (watcher_ != nullptr && room));
}

// Reading is on while someone would get what comes, and to the end of the turn: most often somebody
// else wants to read by then, and libuv needs two system calls to begin again.
void StreamState::update_reading(Stop stop) noexcept {
  const bool wanted = wants_to_read();
  if (wanted == reading_ || closing()) return;
  if (!wanted && drained_ && !end_ && stop == Stop::kLater) return loop_.defer(*this);
  reading_ = wanted;
  if (!wanted) {
    uv_read_stop(stream());
  } else if (const int status = uv_read_start(stream(), on_allocate, on_read); status != 0) {
    reading_ = false;
    lost(std::unexpected(Error::system(status, "read")));
  }
}

void StreamState::on_deferred() noexcept {
  update_reading(Stop::kNow);
}

void StreamState::received(size_t size) noexcept {
  if (reader_ != nullptr) {
    finish_read(size);
  } else {
    early_.append(early_space_.get(), size);
    const bool full = early_.size() == HangupWatch::kMaxEarlyBytes;
    if (watcher_ != nullptr && !may_talk_ && full) watcher_->cancel(CancelReason::kOverrun);
  }
}

void StreamState::ended(Result<size_t> how) noexcept {
  end_ = how;
  if (reader_ != nullptr) finish_read(how);
}

void StreamState::lost(Result<size_t> how) noexcept {
  ended(how);
  if (watcher_ != nullptr) watcher_->cancel(CancelReason::kHangup);
}

void StreamState::finish_read(Result<size_t> result) noexcept {
  std::exchange(reader_, nullptr)->finish(result);
}

void StreamState::on_allocate(uv_handle_t* handle, size_t, uv_buf_t* buffer) noexcept {
  auto& self = *static_cast<StreamState*>(static_cast<HandleState*>(handle->data));
  if (self.reader_ != nullptr) {
    const std::span<char> space = self.reader_->buffer_;
    *buffer = uv_buf_init(space.data(), 0);
    buffer->len = space.size();
    return;
  }
  if (!self.early_space_) {
    self.early_space_ = std::make_unique<char[]>(HangupWatch::kMaxEarlyBytes);
  }
  const size_t room = HangupWatch::kMaxEarlyBytes - self.early_.size();
  *buffer = uv_buf_init(self.early_space_.get(), static_cast<unsigned>(room));
}

void StreamState::on_read(uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) noexcept {
  auto& self = *static_cast<StreamState*>(static_cast<HandleState*>(stream->data));
  if (size == 0) return;  // EAGAIN
  Loop::Turn turn(self.loop_);
  self.drained_ = size > 0 && static_cast<size_t>(size) < buffer->len;
  if (size > 0) {
    self.received(static_cast<size_t>(size));
  } else if (size == UV_EOF) {
    self.lost(0);
  } else {
    self.lost(std::unexpected(Error::system(static_cast<int>(size), "read")));
  }
  self.update_reading();
}

}  // namespace dataaction
