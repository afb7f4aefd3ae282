// One request of an HttpClient, from connecting to the end of the answer; see http.h. Not for users
// of HttpClient.

#pragma once

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "sidecar/runtime/clock.h"
#include "sidecar/runtime/curl_multi.h"
#include "sidecar/runtime/curl_request.h"
#include "sidecar/runtime/event.h"
#include "sidecar/runtime/http.h"
#include "sidecar/runtime/http_body.h"
#include "sidecar/runtime/http_head_reader.h"

namespace dataaction {

class HttpTransfer final : public HttpExchange, private CurlTransfer {
 public:
  // `multi` and `clock` outlive it.
  HttpTransfer(CurlMulti& multi, Clock& clock, CurlRequest request,
               const HttpLimits& limits) noexcept;
  HttpTransfer(const HttpTransfer&) = delete;
  HttpTransfer& operator=(const HttpTransfer&) = delete;
  ~HttpTransfer() override;

  // Begins, and waits for the head; nullopt: it is there. Once.
  Task<std::optional<HttpFailure>> open();

  const HttpHead& head() const override { return reader_.head(); }
  Task<HttpResult<std::string>> read() override;

 private:
  class Limit final : private Alarm {
   public:
    Limit(HttpTransfer& transfer, HttpError error, Clock& clock,
          std::chrono::milliseconds limit) noexcept;
    void start() noexcept;  // again: from now on
    using Alarm::disarm;

   private:
    void on_alarm() noexcept override;

    HttpTransfer& transfer_;
    Clock& clock_;
    HttpError error_;
    std::chrono::milliseconds limit_;
  };

  Task<> change();
  void progress() noexcept;
  void resume() noexcept;
  long written() const noexcept;
  bool sent() const noexcept;
  void end() noexcept;
  // Only the first failure counts.
  void fail(HttpError error, std::string detail, std::optional<Error> cancelled = {}) noexcept;
  void on_done(CURLcode result) noexcept override;

  // What libcurl calls. Within, nothing is removed: false has libcurl give up, for `refusal_`.
  bool on_head_line(std::string_view line);
  bool before_request() noexcept;
  bool refuse(HttpError error, const char* why) noexcept;
  bool ends_with_connection() const;
  bool tls_was_closed() const noexcept;
  static size_t on_header(char* data, size_t, size_t size, void* self) noexcept;
  static size_t on_body(char* data, size_t, size_t size, void* self) noexcept;
  static int on_connected(void* self, char*, char*, int, int) noexcept;
  static int on_progress(void* self, curl_off_t, curl_off_t received, curl_off_t,
                         curl_off_t sent) noexcept;

  CurlMulti& multi_;
  CurlRequest request_;
  Limit connecting_;
  Limit stall_;
  Limit total_;
  std::array<char, CURL_ERROR_SIZE> error_text_{};

  HttpHeadReader reader_;
  const size_t max_body_;
  HttpBody body_;
  Event changed_;
  bool in_libcurl_ = false;
  bool waiting_ = false;
  bool has_head_ = false;
  bool paused_ = false;
  bool ended_ = false;
  bool redirected_ = false;  // the next request is another one
  bool needs_close_notify_ = false;
  bool went_well_ = false;
  bool repeated_ = false;               // on another connection, before a byte of it had been sent
  std::optional<HttpFailure> failure_;  // why it ended, if not well
  std::optional<std::pair<HttpError, const char*>> refusal_;
  std::optional<long> written_before_;  // to a proxy, when the request could first be sent
  curl_off_t moved_ = 0;                // bytes of bodies, as of the last progress
};

}  // namespace dataaction
