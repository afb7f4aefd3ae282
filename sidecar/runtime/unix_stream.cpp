#include "sidecar/runtime/unix_stream.h"

#include <unistd.h>

#include "sidecar/runtime/bug.h"
#include "sidecar/runtime/stream_state.h"

namespace dataaction {

void StreamRead::start() noexcept {
  stream_.begin_read(*this);
}

void StreamRead::on_cancel(CancelReason reason) noexcept {
  stream_.cancel_read();
  finish(std::unexpected(Error(reason)));
}

StreamWrite::StreamWrite(StreamState& stream, std::span<const std::string_view> buffers) noexcept
    : stream_(stream) {
  if (buffers.size() > kMaxBuffers) bug("too many buffers in a write");
  for (const std::string_view bytes : buffers) {
    if (bytes.empty()) continue;
    uv_buf_t& buffer = buffers_[count_++];
    buffer.base = const_cast<char*>(bytes.data());  // libuv only reads from it
    buffer.len = bytes.size();
  }
}

void StreamWrite::start() noexcept {
  if (stream_.closing()) return finish(std::unexpected(broken_off_));
  if (count_ == 0) return finish({});
  stream_.begin_write();
  request_.data = this;
  const int status = uv_write(&request_, stream_.stream(), buffers_.data(), count_, on_written);
  if (status != 0) {
    stream_.end_write();
    finish(std::unexpected(Error::system(status, "write")));
  }
}

void StreamWrite::on_cancel(CancelReason reason) noexcept {
  broken_off_ = Error(reason);
  cancelled_ = true;
  stream_.close();  // on_written() comes with what libuv holds of ours
}

void StreamWrite::on_written(uv_write_t* request, int status) noexcept {
  auto& self = *static_cast<StreamWrite*>(request->data);
  Loop::Turn turn(self.stream_.loop());
  self.stream_.end_write();
  if (self.cancelled_ || status == UV_ECANCELED) {
    self.finish(std::unexpected(self.broken_off_));
  } else if (status != 0) {
    self.finish(std::unexpected(Error::system(status, "write")));
  } else {
    self.finish({});
  }
}

Result<UnixStream> UnixStream::adopt(Loop& loop, int fd) noexcept {
  HandleStatePtr<StreamState> state = StreamState::create(loop);
  if (const int status = uv_pipe_open(state->pipe(), fd); status != 0) {
    ::close(fd);
    return std::unexpected(Error::system(status, "uv_pipe_open"));
  }
  return UnixStream(std::move(state));
}

UnixStream::UnixStream(HandleStatePtr<StreamState> state) noexcept : state_(std::move(state)) {}

UnixStream::UnixStream(UnixStream&& other) noexcept = default;

UnixStream::~UnixStream() {
  if (state_ && state_->busy()) bug("a UnixStream ends while someone uses it");
}

void UnixStream::close() noexcept {
  state_->close();
}

bool UnixStream::closed() const noexcept {
  return state_->closing();
}

size_t UnixStream::early_bytes() const noexcept {
  return state_->early_bytes();
}

HangupWatch::HangupWatch(UnixStream& stream, CancelScope& scope) noexcept : state_(*stream.state_) {
  state_.watch(scope);
}

HangupWatch::~HangupWatch() {
  state_.unwatch();
}

}  // namespace dataaction
