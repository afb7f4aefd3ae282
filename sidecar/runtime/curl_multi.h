// libcurl's multi interface on the libuv loop: libcurl says which sockets and which time it waits
// for (CURLMOPT_SOCKETFUNCTION, CURLMOPT_TIMERFUNCTION), the loop tells it when they are due. Not
// for users of HttpClient.
//
// libcurl wants to hear of a socket while a request uses it, and not between two of them. The loop
// goes on listening nevertheless, and only stops if something comes that nobody waits for: to tell
// the kernel twice a request was 6 % of a small one's time.
//
// No callback of libcurl calls into libcurl, and no coroutine runs inside one. Names are resolved
// on a thread of libcurl's for each (Debian's build has no c-ares), so that getaddrinfo() does not
// block the loop; create() fails with a libcurl that would.
//
// The handles keep the loop alive only while a Waiting exists.

#pragma once

#include <curl/curl.h>
#include <uv.h>

#include <memory>
#include <unordered_map>

#include "sidecar/runtime/handle.h"
#include "sidecar/runtime/loop.h"

namespace dataaction {

// Whose transfer it is. Outlives add() to remove().
class CurlTransfer {
 public:
  // The transfer has left libcurl; the easy handle is still there.
  virtual void on_done(CURLcode result) noexcept = 0;

 protected:
  ~CurlTransfer() = default;
};

class CurlMulti final : private Deferred {
 public:
  // `kept_connections`: idle ones, for the next request. Nothing bounds those in use but the number
  // of transfers.
  static Result<std::unique_ptr<CurlMulti>> create(Loop& loop, long kept_connections) noexcept;
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;
  ~CurlMulti();  // closes the connections; there are no transfers

  // Takes CURLOPT_PRIVATE. `transfer` hears of the end, unless it is removed before: it may within
  // this call. Not from a callback of libcurl's.
  void add(CURL* easy, CurlTransfer& transfer) noexcept;
  // Closes the transfer; not from a callback of libcurl's.
  void remove(CURL* easy) noexcept;

  // While a coroutine waits for a transfer.
  class Waiting {
   public:
    explicit Waiting(CurlMulti& multi) noexcept;
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    ~Waiting();

   private:
    CurlMulti& multi_;
  };

 private:
  class Socket;

  struct CleanUp {
    void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
  };

  explicit CurlMulti(Loop& loop) noexcept;

  // The end of a turn in which transfers were added.
  void on_deferred() noexcept override {}
  void on_ready(curl_socket_t socket, int events) noexcept;
  // What libcurl does then; transfers that end there are told.
  void act(curl_socket_t socket, int events) noexcept;
  static int on_socket(CURL* easy, curl_socket_t fd, int what, void* self, void*) noexcept;
  static int on_close(void* self, curl_socket_t fd) noexcept;
  static int on_timeout(CURLM* multi, long milliseconds, void* self) noexcept;

  Loop& loop_;
  HandlePtr<uv_timer_t> timer_;
  HandlePtr<uv_async_t> keeper_;  // never sent: keeps the loop alive
  size_t waiting_ = 0;
  size_t transfers_ = 0;
  std::unordered_map<curl_socket_t, HandleStatePtr<Socket>> sockets_;
  std::unique_ptr<CURLM, CleanUp> multi_;  // last: its end calls back
};

}  // namespace dataaction
