#include "sidecar/runtime/unix_stream.h"

#include <unistd.h>

#include <algorithm>

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
  stream_.loop().defer(*this);
}

void StreamWrite::on_deferred() noexcept {
  if (stream_.closing()) return end(std::unexpected(broken_off_));
  const int written = uv_try_write(stream_.stream(), buffers_.data(), count_);
  if (written >= 0 && take(static_cast<size_t>(written))) return end({});
  if (written < 0 && written != UV_EAGAIN) {
    return end(std::unexpected(Error::system(written, "write")));
  }
  request_.data = this;
  const int status = uv_write(&request_, stream_.stream(), buffers_.data(), count_, on_written);
  if (status != 0) return end(std::unexpected(Error::system(status, "write")));
  in_libuv_ = true;
}

bool StreamWrite::take(size_t written) noexcept {
  unsigned whole = 0;
  while (whole < count_ && written >= buffers_[whole].len) written -= buffers_[whole++].len;
  std::copy(buffers_.data() + whole, buffers_.data() + count_, buffers_.data());
  count_ -= whole;
  if (count_ == 0) return true;
  buffers_[0].base += written;
  buffers_[0].len -= written;
  return false;
}

void StreamWrite::end(Result<void> result) noexcept {
  stream_.end_write();
  finish(result);
}

void StreamWrite::on_cancel(CancelReason reason) noexcept {
  broken_off_ = Error(reason);
  cancelled_ = true;
  stream_.close();  // on_written() comes with what libuv holds of ours
  if (in_libuv_) return;
  ListNode<InDeferred>::unlink();
  end(std::unexpected(broken_off_));
}

void StreamWrite::on_written(uv_write_t* request, int status) noexcept {
  auto& self = *static_cast<StreamWrite*>(request->data);
  Loop::Turn turn(self.stream_.loop());
  if (self.cancelled_ || status == UV_ECANCELED) {
    self.end(std::unexpected(self.broken_off_));
  } else if (status != 0) {
    self.end(std::unexpected(Error::system(status, "write")));
  } else {
    self.end({});
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

void HangupWatch::let_talk() noexcept {
  state_.let_talk();
}

HangupWatch::~HangupWatch() {
  state_.unwatch();
}

}  // namespace dataaction
