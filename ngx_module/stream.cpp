#include "ngx_module/ngx.h"

#include <array>

#include "ngx_module/admission.h"
#include "ngx_module/delivery_conf.h"
#include "ngx_module/error_response.h"
#include "ngx_module/headers.h"
#include "ngx_module/ngx_support.h"
#include "ngx_module/request_context.h"
#include "ngx_module/status_zone.h"
#include "ngx_module/stream.h"

namespace dataaction {
namespace {

// Slices handed to nginx at once: what one writev() takes (NGX_IOVS_PREALLOCATE).
constexpr unsigned kMaxSlices = 64;

// A client that takes everything at once must not keep the worker from its other clients. nginx's
// own sendfile_max_chunk has the same default.
constexpr size_t kYieldBytes = 2 << 20;

ngx_buf_tag_t buffer_tag() {
  return &ngx_http_dataaction_module;
}

// A worker that is told to quit leaves when it has no timer. A stream without a deadline keeps one.
constexpr ngx_msec_t kStay = 3600 * 1000;

// For an answer without chunks a clean close is a clean end: only a reset says that it is broken.
// It is set while such an answer runs, so that it holds for the end of the worker as well.
void reset_on_close(ngx_http_request_t* r, bool on) {
  ngx_connection_t* const c = r->connection;
  const struct linger reset{on ? 1 : 0, 0};
  if (setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) == -1) {
    ngx_log_error(NGX_LOG_ALERT, c->log, ngx_socket_errno, "setsockopt(SO_LINGER) failed");
  }
#if (NGX_HTTP_SSL)
  if (c->ssl != nullptr) c->ssl->no_send_shutdown = on;
#endif
}

bool has_own_framing(ngx_http_request_t* r) {
#if (NGX_HTTP_V2)
  if (r->stream != nullptr) return true;
#endif
  return r->chunked || r->http_version > NGX_HTTP_VERSION_20;
}

}  // namespace

Stream::Stream(ngx_http_request_t* r, RequestContext& context, const RecordShaper& shaper,
               ngx_msec_t deadline)
    : r_(r), context_(context), conf_(*delivery_conf(r)), shaper_(shaper), deadline_(deadline) {
  ngx_log_t* const log = r->connection->log;
  deadline_event_.handler = on_deadline_event;
  deadline_event_.data = this;
  deadline_event_.log = log;
  flush_event_.handler = on_timer;
  flush_event_.data = this;
  flush_event_.log = log;
  soon_event_.handler = on_timer;
  soon_event_.data = this;
  soon_event_.log = log;
}

Stream::~Stream() {
  stop();
  if (cleanup_ != nullptr) cleanup_->handler = nullptr;
}

void Stream::arm() {
  stop_with_request();
  armed_ = true;
  conf_.status->started();
  ngx_add_timer(&deadline_event_, deadline_ > 0 ? deadline_ : kStay);
}

void Stream::stop_with_request() {
  ngx_http_cleanup_t* const cleanup = ngx_http_cleanup_add(r_, 0);
  if (cleanup == nullptr) throw std::bad_alloc();
  if (cleanup_ != nullptr) cleanup_->handler = nullptr;
  cleanup_ = cleanup;
  cleanup->handler = on_cleanup;
  cleanup->data = this;
}

void Stream::begin(bool header_sent) {
  begun_ = true;
  header_sent_ = header_sent;
  // The last one registered runs first. nginx's upstream, set up since arm(), would give back the
  // request's only reference while the request is being taken down, and free it under the caller.
  if (header_sent) stop_with_request();
  if (header_sent) mark_unfinished();
  r_->read_event_handler = ngx_http_test_reading;
  r_->write_event_handler = on_write;
}

void Stream::mark_unfinished() {
  unfinished_ = !has_own_framing(r_);
  if (unfinished_) reset_on_close(r_, true);
}

void Stream::pump() {
  while (!stopped_) {
    if (busy_ != nullptr || r_->connection->buffered != 0 || r_->buffered != 0) {
      if (!send(nullptr)) return;
    }
    switch (gather()) {
      case Step::kGone:
        return;
      case Step::kWait:
        wait_for_producer();
        return;
      case Step::kSend:
        break;
    }
    const bool unblocked = send_out();
    if (stopped_) return;
    if (ended_) return finish();
    if (!unblocked) return;
    if (since_yield_ > kYieldBytes) return pump_soon();
  }
}

void Stream::resume() noexcept {
  guarded(r_->connection->log, [this] { finalize(NGX_ERROR); }, [this] { pump(); });
}

void Stream::pump_soon() {
  since_yield_ = 0;
  ngx_post_event(&soon_event_, &ngx_posted_next_events);
}

// Collects slices until they should be sent.
Stream::Step Stream::gather() {
  std::array<std::string_view, kMaxSlices> slices;
  // Besides a shape there may be the prefix and the tail.
  while (out_slices_ + 4 <= kMaxSlices) {
    if (run_.size() == 0) {
      if (shaper_.stopped() != EndReason::kNone) return end(stopped_ending());
      const Demand demand{shaper_.separator(), shaper_.run_limit(), shaper_.byte_limit(),
                          out_ == nullptr && busy_ == nullptr};
      switch (producer_->pull(demand, run_)) {
        case Pull::kDrain:
          return Step::kSend;
        case Pull::kAgain:
          return out_ != nullptr && flush_due() ? Step::kSend : Step::kWait;
        case Pull::kEnd:
          return end(producer_->ending());
        case Pull::kRun:
          if (run_.size() == 0) shaper_.stop_for_size();
          break;
      }
    }
    if (!prefix_sent_) {
      prefix_sent_ = true;
      append(shaper_.prefix());
    }
    const size_t room = kMaxSlices - 2 - out_slices_;
    const size_t count = shaper_.shape(run_, std::span(slices).first(room));
    for (size_t i = 0; i < count; ++i) append(slices[i]);
    if (shaper_.stopped() != EndReason::kNone) return end(stopped_ending());
  }
  return Step::kSend;
}

Ending Stream::stopped_ending() const {
  if (shaper_.stopped() == EndReason::kLimit && producer_->exhausted(run_.size())) return {};
  return {shaper_.stopped(), producer_->cursor(shaper_.records(), run_.size())};
}

// Chooses how the answer ends. Records in out_ are part of it unless it is broken off.
Stream::Step Stream::end(Ending ending) {
  const auto announced = producer_->announced();
  if (ending.complete() && announced && *announced != shaper_.records()) {
    log_line(NGX_LOG_ERR, r_->connection->log,
             "the sidecar announced " + std::to_string(*announced) + " records and sent " +
                 std::to_string(shaper_.records()) + ", context: " + context_.context_id());
    ending = {EndReason::kUpstream};
  }
  if (!ending.complete()) {
    const bool as_configured =
        ending.reason == EndReason::kDeadline || ending.reason == EndReason::kSize;
    log_line(as_configured ? NGX_LOG_WARN : NGX_LOG_ERR, r_->connection->log,
             "answer ended early: " + std::string(name_of(ending.reason)) +
                 ", context: " + context_.context_id());
  }
  const bool truncate = static_cast<OnError>(conf_.on_error) == OnError::kTruncate;
  if (!ending.complete() && !header_sent_ && (!truncate || shaper_.records() == 0)) {
    // Nothing has gone out yet: an error status says it best.
    account(ending.reason);
    refuse(reply_for(ending.reason));
    return Step::kGone;
  }
  account(ending.reason);
  if (!ending.complete() && !truncate) {
    abort();
    return Step::kGone;
  }
  if (!prefix_sent_) {
    prefix_sent_ = true;
    append(shaper_.prefix());
  }
  tail_ = shaper_.tail(ending);
  ended_ = true;
  append(tail_);
  return Step::kSend;
}

// A slice of the producer's buffer, of tail_ or of static memory, at the end of out_.
void Stream::append(std::string_view bytes) {
  if (bytes.empty()) return;
  ngx_chain_t* const link = ngx_chain_get_free_buf(r_->pool, &free_);
  if (link == nullptr) throw std::bad_alloc();
  ngx_buf_t& buf = *link->buf;
  buf = {};
  buf.pos = buf.start = as_ngx_str(bytes).data;
  buf.last = buf.end = buf.pos + bytes.size();
  buf.tag = buffer_tag();
  buf.memory = 1;
  link->next = nullptr;
  *out_end_ = link;
  out_end_ = &link->next;
  out_last_ = &buf;
  ++out_slices_;
}

bool Stream::send_header() {
  set_stream_headers(r_, static_cast<Format>(conf_.format));
  header_sent_ = true;
  const ngx_int_t rc = ngx_http_send_header(r_);
  if (rc == NGX_ERROR || rc > NGX_OK || r_->header_only) {
    finalize(rc);
    return false;
  }
  mark_unfinished();
  return true;
}

// Hands out_ to nginx. False if the client cannot take more now, or the request is gone.
bool Stream::send_out() {
  if (!header_sent_ && !send_header()) return false;
  ngx_chain_t* out = out_;
  if (out_last_ != nullptr) out_last_->flush = 1;
  if (ended_) {
    if (out_last_ == nullptr) {  // an ndjson answer without records, or with all of them sent
      out = ngx_chain_get_free_buf(r_->pool, &free_);
      if (out == nullptr) throw std::bad_alloc();
      *out->buf = {};
      out->next = nullptr;
      out_last_ = out->buf;
    }
    out_last_->last_buf = r_ == r_->main;
    out_last_->last_in_chain = 1;
  }
  for (ngx_chain_t* link = out; link != nullptr; link = link->next) {
    since_yield_ += static_cast<size_t>(ngx_buf_size(link->buf));
  }
  out_ = nullptr;
  out_end_ = &out_;
  out_last_ = nullptr;
  out_slices_ = 0;
  last_send_ = ngx_current_msec;
  if (!context_.outcome.first_byte_time) context_.outcome.first_byte_time = elapsed_since_start(r_);
  if (flush_event_.timer_set) ngx_del_timer(&flush_event_);
  count();
  return send(out);
}

bool Stream::send(ngx_chain_t* out) {
  result_ = ngx_http_output_filter(r_, out);
  ngx_chain_update_chains(r_->pool, &free_, &busy_, &out, buffer_tag());
  if (result_ == NGX_ERROR) {
    finalize(NGX_ERROR);
    return false;
  }
  if (busy_ == nullptr) {
    stalled_ = false;
    ngx_event_t* const write = r_->connection->write;
    if (write->timer_set && !write->delayed) ngx_del_timer(write);
    return true;
  }
  producer_->on_stall();
  if (!stalled_) {
    stalled_ = true;
    conf_.status->add_stall();
  }
  if (!ended_) wait_for_client();
  return false;
}

void Stream::wait_for_client() {
  ngx_event_t* const write = r_->connection->write;
  const auto* clcf = static_cast<const ngx_http_core_loc_conf_t*>(
      ngx_http_get_module_loc_conf(r_, ngx_http_core_module));
  if (!write->delayed) ngx_add_timer(write, clcf->send_timeout);
  if (ngx_handle_write_event(write, clcf->send_lowat) != NGX_OK) finalize(NGX_ERROR);
}

void Stream::wait_for_producer() {
  if (out_ != nullptr && !flush_event_.timer_set) {
    ngx_add_timer(&flush_event_, conf_.flush_interval);
  }
  if (r_->connection->buffered != 0 || r_->buffered != 0) {
    wait_for_client();
    return;
  }
  ngx_event_t* const write = r_->connection->write;
  if (write->timer_set && !write->delayed) ngx_del_timer(write);
  // For the level-triggered event methods, which would report it again and again.
  if (ngx_handle_write_event(write, 0) != NGX_OK) finalize(NGX_ERROR);
}

// The first records leave at once, later ones together.
bool Stream::flush_due() const {
  if (!context_.outcome.first_byte_time) return true;
  return ngx_current_msec - last_send_ >= conf_.flush_interval;
}

void Stream::finish() {
  if (unfinished_) reset_on_close(r_, false);
  finalize(result_);
}

void Stream::abort() {
  // The records that were whole go out, as far as the client takes them at once, and what nginx
  // holds back of a short answer: the client sees a broken answer and not a connection closed
  // before any.
  if (out_ != nullptr) static_cast<void>(send_out());
  if (stopped_) return;
  static_cast<void>(ngx_http_send_special(r_, NGX_HTTP_FLUSH));
  finalize(NGX_ERROR);
}

void Stream::finalize(ngx_int_t rc) {
  ngx_http_request_t* const r = r_;
  if (rc == NGX_ERROR) account(EndReason::kClient);
  stop();
  ngx_http_finalize_request(r, rc);
}

void Stream::refuse(ErrorReply reply) {
  ngx_http_request_t* const r = r_;
  RequestContext& context = context_;
  account(EndReason::kRefused);
  stop();
  dataaction::refuse(r, context, std::move(reply));
}

void Stream::stop() {
  if (stopped_) return;
  stopped_ = true;
  if (deadline_event_.timer_set) ngx_del_timer(&deadline_event_);
  if (flush_event_.timer_set) ngx_del_timer(&flush_event_);
  if (soon_event_.posted) {  // the macro is several statements
    ngx_delete_posted_event(&soon_event_);
  }
  if (producer_) producer_->release();
  if (!armed_) return;
  account(EndReason::kClient);
  conf_.status->ended(*context_.outcome.reason);
  if (conf_.admission != nullptr) conf_.admission->leave();
}

// The first reason is the true one.
void Stream::account(EndReason reason) {
  if (!context_.outcome.reason) context_.outcome.reason = reason;
}

void Stream::count() {
  const uint64_t bytes = shaper_.bytes() + tail_.size();
  context_.outcome.records = shaper_.records();
  context_.outcome.bytes = bytes;
  conf_.status->add(shaper_.records() - counted_records_, bytes - counted_bytes_);
  counted_records_ = shaper_.records();
  counted_bytes_ = bytes;
}

void Stream::on_deadline() {
  if (ended_) return;
  if (deadline_ == 0) {
    ngx_add_timer(&deadline_event_, kStay);
    return;
  }
  if (!begun_) {
    // The sidecar has not answered yet: nginx's upstream holds the request.
    account(EndReason::kDeadline);
    return refuse(reply_for(EndReason::kDeadline));
  }
  const Ending ending{EndReason::kDeadline, producer_->cursor(shaper_.records(), run_.size())};
  run_ = {};
  if (end(ending) == Step::kGone) return;
  send_out();
  if (!stopped_) finish();
}

void Stream::on_write(ngx_http_request_t* r) noexcept {
  ngx_event_t* const write = r->connection->write;
  RequestContext* const context = RequestContext::find(r);
  Stream& stream = *context->stream;
  if (stream.stopped_) return;
  guarded(
      r->connection->log, [&] { stream.finalize(NGX_ERROR); },
      [&] {
        if (write->timedout) {
          ngx_log_error(NGX_LOG_INFO, r->connection->log, NGX_ETIMEDOUT, "client timed out");
          r->connection->timedout = 1;
          stream.account(EndReason::kClient);
          stream.finalize(NGX_HTTP_REQUEST_TIME_OUT);
          return;
        }
        if (write->delayed) {
          stream.wait_for_client();
          return;
        }
        stream.pump();
      });
}

// Runs `body` for an event that is not the client connection's own; what nginx posted meanwhile
// runs after.
template <typename Body>
void Stream::on_event(Body&& body) noexcept {
  ngx_connection_t* const c = r_->connection;
  ngx_http_set_log_request(c->log, r_);
  guarded(c->log, [&] { finalize(NGX_ERROR); }, std::forward<Body>(body));
  ngx_http_run_posted_requests(c);
}

void Stream::on_timer(ngx_event_t* event) noexcept {
  auto* const stream = static_cast<Stream*>(event->data);
  stream->on_event([stream] { stream->pump(); });
}

void Stream::on_deadline_event(ngx_event_t* event) noexcept {
  auto* const stream = static_cast<Stream*>(event->data);
  stream->on_event([stream] { stream->on_deadline(); });
}

void Stream::on_cleanup(void* data) noexcept {
  auto* const stream = static_cast<Stream*>(data);
  guarded(stream->r_->connection->log, [stream] { stream->stop(); });
}

}  // namespace dataaction
