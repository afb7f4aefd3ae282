#include "sidecar/runtime/curl_multi.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "sidecar/runtime/bug.h"
#include "sidecar/runtime/curl_handles.h"

namespace dataaction {

namespace {

// Once for the process. There is no cleanup: a thread that resolves a name may outlive everything.
bool libcurl_is_fit() {
  static const bool fit = [] {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return false;
    constexpr int kNeeded = CURL_VERSION_ASYNCHDNS | CURL_VERSION_SSL;
    return (curl_version_info(CURLVERSION_NOW)->features & kNeeded) == kNeeded;
  }();
  return fit;
}

template <typename Value>
void set(CURLM* multi, CURLMoption option, Value value) {
  if (curl_multi_setopt(multi, option, value) != CURLM_OK) bug("libcurl refuses a multi option");
}

}  // namespace

// What libuv knows of a socket of libcurl's.
class CurlMulti::Socket final : public HandleState<uv_poll_t> {
 public:
  Socket(CurlMulti& multi, curl_socket_t fd) noexcept
      : multi_(multi), fd_(fd), internet_(is_internet(fd)) {
    if (uv_poll_init_socket(multi.loop_.raw(), &handle_, fd) != 0) bug("uv_poll_init_socket");
    keep_loop_alive(&handle_, false);
  }

  void watch(int what) noexcept {
    wanted_ = true;
    int events = 0;
    if ((what & CURL_POLL_IN) != 0) events |= UV_READABLE;
    if ((what & CURL_POLL_OUT) != 0) events |= UV_WRITABLE;
    if (events == watched_) return;
    uv_poll_start(&handle_, events, on_event);
    watched_ = events;
  }

  // False: the loop must forget it now. on_close() is told of connections alone, which are watched
  // for reading: libcurl closes a socket that still connects without a word, and so the pair of
  // them that wakes it when a name has been resolved.
  bool rest() noexcept {
    wanted_ = false;
    return internet_ && watched_ == UV_READABLE;
  }

 private:
  ~Socket() override = default;

  void stop() noexcept {
    uv_poll_stop(&handle_);
    watched_ = 0;
  }

  static bool is_internet(curl_socket_t fd) noexcept {
    int domain = AF_UNSPEC;
    socklen_t size = sizeof(domain);
    ::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size);
    return domain == AF_INET || domain == AF_INET6;
  }

  static void on_event(uv_poll_t* poll, int status, int events) noexcept {
    auto& self = *static_cast<Socket*>(static_cast<HandleState*>(poll->data));
    if (!self.wanted_) return self.stop();  // libcurl looks at it before it uses it again
    int ready = 0;
    if (status < 0) {
      self.watched_ = 0;  // libuv has stopped
      // What is wrong is for libcurl to read from the socket; CURL_CSELECT_ERR hides it.
      ready |= CURL_CSELECT_IN | CURL_CSELECT_OUT;
    }
    if ((events & UV_READABLE) != 0) ready |= CURL_CSELECT_IN;
    if ((events & UV_WRITABLE) != 0) ready |= CURL_CSELECT_OUT;
    self.multi_.on_ready(self.fd_, ready);
  }

  CurlMulti& multi_;
  const curl_socket_t fd_;
  const bool internet_;
  bool wanted_ = false;
  int watched_ = 0;
};

CurlMulti::CurlMulti(Loop& loop) noexcept : loop_(loop), multi_(curl_multi_init()) {
  auto timer = std::make_unique<uv_timer_t>();
  uv_timer_init(loop.raw(), timer.get());
  timer->data = this;
  timer_.reset(timer.release());
  keep_loop_alive(timer_.get(), false);
}

Result<std::unique_ptr<CurlMulti>> CurlMulti::create(Loop& loop, long kept_connections) noexcept {
  if (!libcurl_is_fit()) return std::unexpected(Error::system(-ENOTSUP, "libcurl"));
  std::unique_ptr<CurlMulti> self(new CurlMulti(loop));
  if (!self->multi_) return std::unexpected(Error::system(-ENOMEM, "curl_multi_init"));

  auto keeper = std::make_unique<uv_async_t>();
  if (const int status = uv_async_init(loop.raw(), keeper.get(), nullptr); status != 0) {
    return std::unexpected(Error::system(status, "uv_async_init"));
  }
  self->keeper_.reset(keeper.release());
  keep_loop_alive(self->keeper_.get(), false);

  CURLM* multi = self->multi_.get();
  set(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  set(multi, CURLMOPT_SOCKETDATA, self.get());
  set(multi, CURLMOPT_TIMERFUNCTION, on_timeout);
  set(multi, CURLMOPT_TIMERDATA, self.get());
  set(multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
  set(multi, CURLMOPT_MAXCONNECTS, kept_connections);
  return self;
}

CurlMulti::~CurlMulti() {
  if (transfers_ > 0) bug("an HttpClient ends while a transfer runs");
}

void CurlMulti::add(CURL* easy, CurlTransfer& transfer) noexcept {
  ++transfers_;
  set_option(easy, CURLOPT_PRIVATE, &transfer);
  set_option(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
  set_option(easy, CURLOPT_CLOSESOCKETDATA, this);
  if (curl_multi_add_handle(multi_.get(), easy) != CURLM_OK) bug("curl_multi_add_handle");
  // The first of a turn is sent at once, and is on its way while others do their work. More of them
  // go together, when libcurl's timer says so in the next iteration: requests in a burst are worth
  // half the time of requests between other work.
  if (linked()) return;
  act(CURL_SOCKET_TIMEOUT, 0);
  loop_.defer(*this);
}

void CurlMulti::remove(CURL* easy) noexcept {
  --transfers_;
  if (curl_multi_remove_handle(multi_.get(), easy) != CURLM_OK) bug("curl_multi_remove_handle");
}

void CurlMulti::on_ready(curl_socket_t socket, int events) noexcept {
  const Loop::Turn turn(loop_);
  act(socket, events);
}

void CurlMulti::act(curl_socket_t socket, int events) noexcept {
  int running = 0;
  curl_multi_socket_action(multi_.get(), socket, events, &running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    CURL* easy = message->easy_handle;
    const CURLcode result = message->data.result;  // goes with remove()
    char* transfer = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
    remove(easy);
    reinterpret_cast<CurlTransfer*>(transfer)->on_done(result);
  }
}

int CurlMulti::on_socket(CURL*, curl_socket_t fd, int what, void* self, void*) noexcept {
  auto& multi = *static_cast<CurlMulti*>(self);
  auto socket = multi.sockets_.find(fd);
  if (what != CURL_POLL_REMOVE) {
    if (socket == multi.sockets_.end()) {
      socket = multi.sockets_.emplace(fd, new Socket(multi, fd)).first;
    }
    socket->second->watch(what);
  } else if (socket != multi.sockets_.end() && !socket->second->rest()) {
    multi.sockets_.erase(socket);
  }
  return 0;
}

int CurlMulti::on_close(void* self, curl_socket_t fd) noexcept {
  static_cast<CurlMulti*>(self)->sockets_.erase(fd);  // libuv forgets it before it is closed
  return ::close(fd);
}

int CurlMulti::on_timeout(CURLM*, long milliseconds, void* self) noexcept {
  uv_timer_t* timer = static_cast<CurlMulti*>(self)->timer_.get();
  if (milliseconds < 0) {
    uv_timer_stop(timer);
    return 0;
  }
  const auto on_due = [](uv_timer_t* due) noexcept {
    static_cast<CurlMulti*>(due->data)->on_ready(CURL_SOCKET_TIMEOUT, 0);
  };
  uv_timer_start(timer, on_due, static_cast<uint64_t>(milliseconds), 0);
  return 0;
}

CurlMulti::Waiting::Waiting(CurlMulti& multi) noexcept : multi_(multi) {
  if (multi_.waiting_++ == 0) keep_loop_alive(multi_.keeper_.get(), true);
}

CurlMulti::Waiting::~Waiting() {
  if (--multi_.waiting_ == 0) keep_loop_alive(multi_.keeper_.get(), false);
}

}  // namespace dataaction
