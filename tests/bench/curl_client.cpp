// The least that a client of libcurl's multi interface on libuv can do: `curl_client PORT CALLS
// CONCURRENCY` makes CALLS GET requests, CONCURRENCY at a time, and prints the CPU seconds that
// they took. The requests are those of a Data Action, header by header (libcurl's time is that of
// its request's bytes), and each answer is put together, but not looked at.

#include <curl/curl.h>
#include <sys/resource.h>
#include <uv.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/bench/http_drain.h"

using dataaction::bench::die;

namespace {

struct Client {
  CURLM* multi = curl_multi_init();
  uv_timer_t timer{};
  std::string url;
  curl_slist* headers = nullptr;
  long left = 0;  // to begin
  long open = 0;
};

struct Poll {
  uv_poll_t handle{};
  curl_socket_t socket = CURL_SOCKET_BAD;
};

Client client;

size_t take(char* data, size_t size, size_t count, void* body) {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

void begin() {
  CURL* const easy = curl_easy_init();
  curl_easy_setopt(easy, CURLOPT_URL, client.url.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, client.headers);
  auto* const body = new std::string;
  curl_easy_setopt(easy, CURLOPT_PRIVATE, body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, body);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_multi_add_handle(client.multi, easy);
  --client.left;
  ++client.open;
}

void collect() {
  int left = 0;
  while (CURLMsg* const message = curl_multi_info_read(client.multi, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    if (message->data.result != CURLE_OK) die(curl_easy_strerror(message->data.result));
    CURL* const easy = message->easy_handle;
    std::string* body = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &body);
    if (body->empty()) die("an empty answer");
    delete body;
    curl_multi_remove_handle(client.multi, easy);
    curl_easy_cleanup(easy);
    --client.open;
    if (client.left > 0) begin();
  }
  if (client.open == 0) uv_stop(uv_default_loop());
}

void on_ready(uv_poll_t* handle, int status, int events) {
  const auto* const poll = static_cast<Poll*>(handle->data);
  int action = status < 0 ? CURL_CSELECT_ERR : 0;
  if ((events & UV_READABLE) != 0) action |= CURL_CSELECT_IN;
  if ((events & UV_WRITABLE) != 0) action |= CURL_CSELECT_OUT;
  int running = 0;
  curl_multi_socket_action(client.multi, poll->socket, action, &running);
  collect();
}

int on_socket(CURL*, curl_socket_t socket, int what, void*, void* known) {
  auto* poll = static_cast<Poll*>(known);
  if (what == CURL_POLL_REMOVE) {
    if (poll == nullptr) return 0;
    uv_poll_stop(&poll->handle);
    curl_multi_assign(client.multi, socket, nullptr);
    uv_close(reinterpret_cast<uv_handle_t*>(&poll->handle),
             [](uv_handle_t* handle) { delete static_cast<Poll*>(handle->data); });
    return 0;
  }
  if (poll == nullptr) {
    poll = new Poll;
    poll->socket = socket;
    poll->handle.data = poll;
    uv_poll_init_socket(uv_default_loop(), &poll->handle, socket);
    curl_multi_assign(client.multi, socket, poll);
  }
  int events = 0;
  if ((what & CURL_POLL_IN) != 0) events |= UV_READABLE;
  if ((what & CURL_POLL_OUT) != 0) events |= UV_WRITABLE;
  uv_poll_start(&poll->handle, events, on_ready);
  return 0;
}

void on_timeout(uv_timer_t*) {
  int running = 0;
  curl_multi_socket_action(client.multi, CURL_SOCKET_TIMEOUT, 0, &running);
  collect();
}

int on_timer(CURLM*, long timeout, void*) {
  if (timeout < 0) return uv_timer_stop(&client.timer);
  return uv_timer_start(&client.timer, on_timeout, static_cast<uint64_t>(timeout), 0);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) die("usage: curl_client PORT CALLS CONCURRENCY");
  curl_global_init(CURL_GLOBAL_DEFAULT);
  uv_timer_init(uv_default_loop(), &client.timer);
  client.url = "http://127.0.0.1:" + std::string(argv[1]) + "/posts/1";
  for (const char* header :
       {"User-Agent: dataactiond/0.1.0", "Accept-Encoding: gzip", "Accept: application/json",
        "X-Correlation-Id: 00112233445566778899aabbccddeeff"}) {
    client.headers = curl_slist_append(client.headers, header);
  }
  client.left = atol(argv[2]);
  curl_multi_setopt(client.multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(client.multi, CURLMOPT_TIMERFUNCTION, on_timer);
  for (long i = atol(argv[3]); i > 0; --i) begin();
  uv_run(uv_default_loop(), UV_RUN_DEFAULT);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  printf("%.6f\n", seconds(usage.ru_utime) + seconds(usage.ru_stime));
}
