#include "sidecar/runtime/http_transfer.h"

#include <openssl/ssl.h>

#include <utility>

#include "sidecar/runtime/curl_failure.h"

namespace dataaction {

HttpTransfer::Limit::Limit(HttpTransfer& transfer, HttpError error, Clock& clock,
                           std::chrono::milliseconds limit) noexcept
    : Alarm(clock), transfer_(transfer), clock_(clock), error_(error), limit_(limit) {}

void HttpTransfer::Limit::start() noexcept {
  if (limit_.count() > 0) arm(clock_.now() + limit_);
}

void HttpTransfer::Limit::on_alarm() noexcept {
  transfer_.fail(error_, error_ == HttpError::kStall ? "no byte for too long" : "out of time");
}

HttpTransfer::HttpTransfer(CurlMulti& multi, Clock& clock, CurlRequest request,
                           const HttpLimits& limits) noexcept
    : multi_(multi),
      request_(std::move(request)),
      connecting_(*this, HttpError::kTimeout, clock, limits.connect_timeout),
      stall_(*this, HttpError::kStall, clock, limits.stall_timeout),
      total_(*this, HttpError::kTimeout, clock, limits.total_timeout),
      max_body_(limits.max_body),
      body_(limits.max_body) {
  CURL* easy = request_.easy();
  set_option(easy, CURLOPT_ERRORBUFFER, error_text_.data());
  set_option(easy, CURLOPT_HEADERFUNCTION, on_header);
  set_option(easy, CURLOPT_HEADERDATA, this);
  set_option(easy, CURLOPT_WRITEFUNCTION, on_body);
  set_option(easy, CURLOPT_WRITEDATA, this);
  set_option(easy, CURLOPT_PREREQFUNCTION, on_connected);
  set_option(easy, CURLOPT_PREREQDATA, this);
  set_option(easy, CURLOPT_NOPROGRESS, 0L);
  set_option(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
  set_option(easy, CURLOPT_XFERINFODATA, this);
}

HttpTransfer::~HttpTransfer() {
  end();
  if (went_well_ && !repeated_) request_.give_back();
}

Task<std::optional<HttpFailure>> HttpTransfer::open() {
  // add() sends at once, where there is a connection.
  if (const auto reason = (co_await current_scope()).reason()) {
    fail(HttpError::kCancelled, Error(*reason).message(), Error(*reason));
    co_return failure_;
  }
  connecting_.start();
  total_.start();
  in_libcurl_ = true;
  multi_.add(request_.easy(), *this);
  while (!has_head_ && !ended_) co_await change();
  co_return failure_;
}

Task<HttpResult<std::string>> HttpTransfer::read() {
  for (;;) {
    auto piece = body_.take();
    if (!piece) {
      const bool too_large = piece.error() == HttpError::kTooLarge;
      fail(piece.error(), too_large
                              ? "the body is larger than " + std::to_string(max_body_) + " bytes"
                              : "the body is not gzip");
      co_return std::unexpected(*failure_);
    }
    resume();
    if (!piece->empty()) co_return std::move(*piece);
    if (ended_ && !body_.complete()) fail(HttpError::kBroken, "the gzip body ends in the middle");
    if (failure_) co_return std::unexpected(*failure_);
    if (ended_) co_return std::string();
    co_await change();
  }
}

// Waits until a callback or an alarm has done something; a cancellation ends the transfer.
Task<> HttpTransfer::change() {
  changed_.reset();
  waiting_ = true;
  progress();
  const CurlMulti::Waiting waiting(multi_);
  const Result<void> changed = co_await changed_.wait();
  waiting_ = false;
  stall_.disarm();
  if (!changed) fail(HttpError::kCancelled, changed.error().message(), changed.error());
}

void HttpTransfer::progress() noexcept {
  if (waiting_ && written_before_) stall_.start();
}

void HttpTransfer::resume() noexcept {
  if (!paused_ || !in_libcurl_) return;
  paused_ = false;
  // Calls on_body() with what libcurl has held back.
  const CURLcode result = curl_easy_pause(request_.easy(), CURLPAUSE_CONT);
  if (result != CURLE_OK) fail(error_of(result, true), detail_of(result, error_text_.data()));
}

long HttpTransfer::written() const noexcept {
  long bytes = 0;
  curl_easy_getinfo(request_.easy(), CURLINFO_REQUEST_SIZE, &bytes);
  return bytes;
}

bool HttpTransfer::sent() const noexcept {
  return written_before_ && written() > *written_before_;
}

void HttpTransfer::end() noexcept {
  if (std::exchange(in_libcurl_, false)) multi_.remove(request_.easy());
  connecting_.disarm();
  stall_.disarm();
  total_.disarm();
  ended_ = true;
  changed_.set();
}

void HttpTransfer::fail(HttpError error, std::string detail,
                        std::optional<Error> cancelled) noexcept {
  if (!failure_) failure_.emplace(error, sent(), std::move(detail), cancelled);
  end();
}

void HttpTransfer::on_done(CURLcode result) noexcept {
  in_libcurl_ = false;
  if (refusal_) {
    fail(refusal_->first, refusal_->second);
  } else if (result != CURLE_OK) {
    fail(error_of(result, written_before_.has_value()), detail_of(result, error_text_.data()));
  } else if (!has_head_) {
    fail(HttpError::kBroken, "the connection ended within the head");
  } else if (needs_close_notify_) {
    fail(HttpError::kBroken, "the connection ended without close_notify");
  } else {
    went_well_ = true;
    end();
  }
}

bool HttpTransfer::refuse(HttpError error, const char* why) noexcept {
  refusal_.emplace(error, why);
  return false;
}

bool HttpTransfer::on_head_line(std::string_view line) {
  progress();
  const auto state = has_head_ ? reader_.add_trailer(line) : reader_.add(line);
  if (state == HttpHeadReader::State::kTooLarge) {
    return refuse(HttpError::kTooLarge, "the headers are too large");
  }
  if (state == HttpHeadReader::State::kMalformed) {
    return refuse(HttpError::kProtocol, "a header is malformed");
  }
  if (state == HttpHeadReader::State::kMore) return true;
  if (request_.follows(reader_.head())) return redirected_ = true;

  const char* url = nullptr;
  curl_easy_getinfo(request_.easy(), CURLINFO_EFFECTIVE_URL, &url);
  reader_.head().url = url;
  body_.begin(reader_.head().headers);
  needs_close_notify_ =
      equal_without_case(head().url.substr(0, 6), "https:") && ends_with_connection();
  has_head_ = true;
  changed_.set();
  return true;
}

// RFC 9112, 6.3: the body is what comes until the server closes the connection.
bool HttpTransfer::ends_with_connection() const {
  long version = 0;
  curl_easy_getinfo(request_.easy(), CURLINFO_HTTP_VERSION, &version);
  return version < CURL_HTTP_VERSION_2_0 && !head().headers.find("Content-Length") &&
         !head().headers.find("Transfer-Encoding") && head().status != 204 &&
         head().status != 304 && request_.has_answer_body();
}

// Of the peer's side. libcurl 7.88 takes any end of a TLS connection for a good one.
bool HttpTransfer::tls_was_closed() const noexcept {
  const curl_tlssessioninfo* session = nullptr;
  curl_easy_getinfo(request_.easy(), CURLINFO_TLS_SSL_PTR, &session);
  if (session == nullptr || session->internals == nullptr) return false;
  const auto* tls = static_cast<const SSL*>(session->internals);
  return (SSL_get_shutdown(tls) & SSL_RECEIVED_SHUTDOWN) != 0;
}

// The connection is there; what may have reached the server before was an attempt on another one.
bool HttpTransfer::before_request() noexcept {
  connecting_.disarm();
  // libcurl sends a request again when a connection that it has used before ends without an answer.
  // Whether it may, and when, is for the one who asked.
  const bool redirected = std::exchange(redirected_, false);
  if (sent() && !redirected) {
    return refuse(HttpError::kBroken, "the connection ended before the head");
  }
  // libcurl counts such attempts over all requests of a handle, and gives up after five.
  if (written_before_ && !redirected) repeated_ = true;
  if (!written_before_) written_before_ = written();
  progress();
  return true;
}

size_t HttpTransfer::on_header(char* data, size_t, size_t size, void* self) noexcept {
  return static_cast<HttpTransfer*>(self)->on_head_line({data, size}) ? size : 0;
}

size_t HttpTransfer::on_body(char* data, size_t, size_t size, void* self) noexcept {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  if (transfer.body_.full()) {
    transfer.paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  transfer.body_.add({data, size});
  transfer.changed_.set();
  return size;
}

int HttpTransfer::on_connected(void* self, char*, char*, int, int) noexcept {
  const bool go_on = static_cast<HttpTransfer*>(self)->before_request();
  return go_on ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

int HttpTransfer::on_progress(void* self, curl_off_t, curl_off_t received, curl_off_t,
                              curl_off_t sent) noexcept {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  if (std::exchange(transfer.moved_, received + sent) != received + sent) transfer.progress();
  // The last call comes when the end has been read and the connection is still there.
  if (transfer.needs_close_notify_ && transfer.tls_was_closed())
    transfer.needs_close_notify_ = false;
  return 0;
}

}  // namespace dataaction
