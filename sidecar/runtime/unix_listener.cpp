#include "sidecar/runtime/unix_listener.h"

#include <unistd.h>

#include "sidecar/runtime/bug.h"
#include "sidecar/runtime/stream_state.h"

namespace dataaction {

class ListenerState final : public HandleState<uv_pipe_t> {
 public:
  explicit ListenerState(Loop& loop) noexcept : loop_(loop) {
    uv_pipe_init(loop.raw(), &handle_, 0);
  }

  int listen(int fd, int backlog) noexcept {
    if (const int status = uv_pipe_open(&handle_, fd); status != 0) {
      ::close(fd);
      return status;
    }
    keep_loop_alive(&handle_, false);
    return uv_listen(stream(), backlog, on_connection);
  }

  void begin(Accept& accept) noexcept {
    if (accept_ != nullptr) bug("two accepts of a UnixListener at a time");
    accept_ = &accept;
    keep_loop_alive(&handle_, true);
    if (closing()) {
      finish(std::unexpected(Error(ErrorCode::kClosed, "accept")));
    } else if (news_) {
      take(*std::exchange(news_, std::nullopt));
    }
  }

  Accept* end_accept() noexcept {
    keep_loop_alive(&handle_, false);
    return std::exchange(accept_, nullptr);
  }

  void close() noexcept {
    close_handle();
    if (accept_ != nullptr) finish(std::unexpected(Error(ErrorCode::kClosed, "accept")));
  }

  bool busy() const { return accept_ != nullptr; }

 private:
  ~ListenerState() override = default;

  uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&handle_); }

  void finish(Result<UnixStream> result) noexcept { end_accept()->finish(std::move(result)); }

  void take(int status) noexcept {
    if (status != 0) return finish(std::unexpected(Error::system(status, "accept")));
    HandleStatePtr<StreamState> state = StreamState::create(loop_);
    if (const int failed = uv_accept(stream(), state->stream()); failed != 0) {
      return finish(std::unexpected(Error::system(failed, "accept")));
    }
    finish(UnixStream(std::move(state)));
  }

  // libuv polls for the next connection only after uv_accept() has taken this one.
  static void on_connection(uv_stream_t* listener, int status) noexcept {
    auto& self = *static_cast<ListenerState*>(static_cast<HandleState*>(listener->data));
    Loop::Turn turn(self.loop_);
    if (self.accept_ != nullptr) {
      self.take(status);
    } else {
      self.news_ = status;
    }
  }

  Loop& loop_;
  Accept* accept_ = nullptr;
  std::optional<int> news_;  // a status for the next accept()
};

void Accept::start() noexcept {
  listener_.begin(*this);
}

void Accept::on_cancel(CancelReason reason) noexcept {
  listener_.end_accept();
  finish(std::unexpected(Error(reason)));
}

Result<UnixListener> UnixListener::adopt(Loop& loop, int fd, int backlog) noexcept {
  HandleStatePtr<ListenerState> state(new ListenerState(loop));
  if (const int status = state->listen(fd, backlog); status != 0) {
    return std::unexpected(Error::system(status, "listen"));
  }
  return UnixListener(std::move(state));
}

UnixListener::UnixListener(HandleStatePtr<ListenerState> state) noexcept
    : state_(std::move(state)) {}

UnixListener::UnixListener(UnixListener&& other) noexcept = default;

UnixListener::~UnixListener() {
  if (state_ && state_->busy()) bug("a UnixListener ends while someone uses it");
}

void UnixListener::close() noexcept {
  state_->close();
}

}  // namespace dataaction
