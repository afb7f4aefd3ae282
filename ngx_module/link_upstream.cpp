#include "ngx_module/ngx.h"

#include "ngx_module/delivery_conf.h"
#include "ngx_module/error_response.h"
#include "ngx_module/headers.h"
#include "ngx_module/link_producer.h"
#include "ngx_module/link_upstream.h"
#include "ngx_module/main_conf.h"
#include "ngx_module/ngx_support.h"
#include "ngx_module/request_context.h"
#include "ngx_module/status_zone.h"
#include "ngx_module/stream.h"

namespace dataaction {

// Knows the parts of LinkProducer that only matter until the connection is handed over.
class LinkUpstream {
 public:
  explicit LinkUpstream(ngx_http_request_t* r)
      : r_(r),
        u_(*r->upstream),
        context_(*RequestContext::find(r)),
        link_(static_cast<LinkProducer&>(*context_.stream->producer())) {}

  ngx_int_t create_request();
  ngx_int_t reinit_request();
  ngx_int_t process_header();
  void take_over();
  void finalize(ngx_int_t rc);

 private:
  ngx_int_t accept();
  ngx_int_t on_error(const frame::Error& error);
  ngx_int_t on_malformed();
  ngx_int_t ask_next(ErrorReply refusal);
  ngx_int_t on_early_end();
  ngx_int_t refuse(const ErrorReply& reply);
  ngx_int_t need_more();
  void use_buffer();

  ngx_http_request_t* r_;
  ngx_http_upstream_t& u_;
  RequestContext& context_;
  LinkProducer& link_;
};

// nginx reads into the stream's buffer from the start.
void LinkUpstream::use_buffer() {
  link_.buffer_.clear();
  u_.buffer.temporary = 1;
  u_.buffer.tag = u_.output.tag;
  link_.buffer_.show_in(u_.buffer);
}

ngx_int_t LinkUpstream::create_request() {
  if (!link_.buffer_.reserve(u_.conf->buffer_size)) return NGX_ERROR;
  use_buffer();
  return set_request(r_, link_.request_);
}

ngx_int_t LinkUpstream::reinit_request() {
  use_buffer();
  link_.reader_ = AnswerReader(link_.max_record_size_);
  link_.first_run_ = {};
  link_.finished_ = false;
  link_.ending_ = {};
  link_.announced_.reset();
  link_.refusal_.reset();
  return NGX_OK;
}

// Called with more bytes each time until the fate of the answer is known: HEAD and a whole record,
// or END, or ERROR. Until then nginx may still try another sidecar.
ngx_int_t LinkUpstream::process_header() {
  StreamBuffer& buffer = link_.buffer_;
  buffer.take_from(u_.buffer);
  for (;;) {
    const AnswerReader::Event event = link_.reader_.next(buffer.pos, buffer.last, link_.first_run_);
    switch (event) {
      case AnswerReader::Event::kHead:
        if (link_.reader_.head().version != frame::kVersion) {
          return ask_next(other_version(r_, link_.reader_.head().version));
        }
        main_conf(r_)->status->sidecar_answered(link_.reader_.head().digest);
        continue;
      case AnswerReader::Event::kRun:
        return accept();
      case AnswerReader::Event::kEnd:
        link_.end(link_.reader_.end());
        return link_.ending().complete() ? accept() : on_early_end();
      case AnswerReader::Event::kError:
        return on_error(link_.reader_.error());
      case AnswerReader::Event::kMalformed:
        return on_malformed();
      case AnswerReader::Event::kNeedMore:
        return need_more();
    }
  }
}

ngx_int_t LinkUpstream::need_more() {
  StreamBuffer& buffer = link_.buffer_;
  if (buffer.room() == 0) {
    // A first record that is larger than the buffer is not for another sidecar to try.
    if (link_.reader_.has_head()) return accept();
    buffer.compact();
    if (buffer.room() == 0 && !buffer.grow(frame::kHeaderSize + frame::kMaxControl)) {
      return NGX_ERROR;
    }
  }
  buffer.show_in(u_.buffer);
  return NGX_AGAIN;
}

ngx_int_t LinkUpstream::accept() {
  u_.headers_in.status_n = NGX_HTTP_OK;
  u_.state->status = NGX_HTTP_OK;
  u_.headers_in.content_length_n = -1;
  set_stream_headers(r_, static_cast<Format>(delivery_conf(r_)->format));
  // nginx's unbuffered mode switches limit_rate off; take_over() needs what was set.
  link_.limit_rate_ = r_->limit_rate;
  link_.limit_rate_set_ = r_->limit_rate_set;
  return NGX_OK;
}

ngx_int_t LinkUpstream::on_error(const frame::Error& error) {
  main_conf(r_)->status->sidecar_answered(error.digest);
  const uint16_t status = error.reply.status;
  if (link_.buffer_.held() == 0) u_.keepalive = 1;
  // The next sidecar may be less busy.
  return status == NGX_HTTP_SERVICE_UNAVAILABLE ? ask_next(error.reply) : refuse(error.reply);
}

ngx_int_t LinkUpstream::refuse(const ErrorReply& reply) {
  const uint16_t status = reply.status;
  context_.refuse(reply);
  u_.state->status = status;
  u_.headers_in.status_n = status;
  // With NGX_OK nginx hands a status that an error_page names to that page. Without one the refusal
  // is sent in finalize().
  return has_error_page(r_, status) ? NGX_OK : NGX_ERROR;
}

ngx_int_t LinkUpstream::on_malformed() {
  log_line(NGX_LOG_ERR, r_->connection->log,
           "bad answer from the sidecar: " + link_.reader_.malformed() +
               ", context: " + context_.context_id());
  return NGX_HTTP_UPSTREAM_INVALID_HEADER;
}

// Where there is no next one, or it is not there, that is the answer.
ngx_int_t LinkUpstream::ask_next(ErrorReply refusal) {
  if (u_.peer.tries <= 1) return refuse(refusal);
  link_.refusal_ = std::move(refusal);
  return NGX_HTTP_UPSTREAM_INVALID_HEADER;
}

// Without a record and not complete: an error status says it best.
ngx_int_t LinkUpstream::on_early_end() {
  const EndReason reason = link_.ending().reason;
  if (reason == EndReason::kShutdown && u_.peer.tries > 1) return ask_next(reply_for(reason));
  context_.outcome.reason = reason;
  return refuse(reply_for(reason));
}

// nginx has sent the header and is about to read the body itself. It is given an empty buffer
// instead, so that what it still does on its way out touches nothing, and the stream goes on from
// the event loop.
void LinkUpstream::take_over() {
  r_->limit_rate = link_.limit_rate_;
  r_->limit_rate_set = link_.limit_rate_set_;
  u_.buffer.start = u_.buffer.pos;
  u_.buffer.end = u_.buffer.pos;
  u_.buffer.last = u_.buffer.pos + 1;  // one byte: nginx then calls the input filter, not a flush
  u_.length = 1;                       // never 0 or -1, which mean the end
  u_.read_event_handler = [](ngx_http_request_t* r, ngx_http_upstream_t*) noexcept {
    RequestContext::find(r)->stream->resume();
  };
  context_.stream->begin(true);
}

// The upstream is through with the request. If no header has gone out the answer is an error: ours
// is sent here, because nginx would send HTML.
void LinkUpstream::finalize(ngx_int_t rc) {
  if (context_.stream->begun()) return;
  if (rc < NGX_HTTP_SPECIAL_RESPONSE) return context_.stream->stop();  // only a header was wanted
  if (rc == NGX_HTTP_CLIENT_CLOSED_REQUEST) {
    context_.outcome.reason = EndReason::kClient;
    return context_.stream->stop();
  }
  if (link_.refusal_) context_.refuse(std::move(*link_.refusal_));
  note_failure(r_, context_, rc);
  context_.stream->stop();
  send_refusal(r_, context_, rc);
}

namespace {

ngx_int_t create_request(ngx_http_request_t* r) noexcept {
  return guarded(
      r->connection->log, [] { return ngx_int_t{NGX_ERROR}; },
      [r] { return LinkUpstream(r).create_request(); });
}

ngx_int_t reinit_request(ngx_http_request_t* r) noexcept {
  return guarded(
      r->connection->log, [] { return ngx_int_t{NGX_ERROR}; },
      [r] { return LinkUpstream(r).reinit_request(); });
}

ngx_int_t process_header(ngx_http_request_t* r) noexcept {
  return guarded(
      r->connection->log, [] { return ngx_int_t{NGX_ERROR}; },
      [r] { return LinkUpstream(r).process_header(); });
}

void abort_request(ngx_http_request_t*) noexcept {}

void finalize_request(ngx_http_request_t* r, ngx_int_t rc) noexcept {
  guarded(r->connection->log, [&] { LinkUpstream(r).finalize(rc); });
}

ngx_int_t input_filter_init(void* data) noexcept {
  auto* const r = static_cast<ngx_http_request_t*>(data);
  return guarded(
      r->connection->log, [] { return ngx_int_t{NGX_ERROR}; },
      [r] {
        LinkUpstream(r).take_over();
        return ngx_int_t{NGX_OK};
      });
}

// The one byte that take_over() left: the stream goes on when nginx has finished here.
ngx_int_t input_filter(void* data, ssize_t) noexcept {
  auto* const r = static_cast<ngx_http_request_t*>(data);
  RequestContext::find(r)->stream->pump_soon();
  return NGX_OK;
}

}  // namespace

ErrorReply other_version(ngx_http_request_t* r, uint8_t version) {
  const RequestContext* const context = RequestContext::find(r);  // none of a status page
  log_line(NGX_LOG_ERR, r->connection->log,
           "the sidecar speaks version " + std::to_string(version) + " of the link" +
               (context == nullptr ? "" : ", context: " + context->context_id()));
  ErrorReply reply = reply_for_status(NGX_HTTP_BAD_GATEWAY);
  reply.code = "dataaction.link.version";
  return reply;
}

void note_failure(ngx_http_request_t* r, RequestContext& context, ngx_int_t rc) {
  if (context.refusal() != nullptr) return;
  main_conf(r)->status->link_failed();
  context.outcome.reason = EndReason::kUpstream;
  context.refuse(reply_for_status(static_cast<unsigned>(rc)));
}

void send_refusal(ngx_http_request_t* r, const RequestContext& context, ngx_int_t rc) {
  const ErrorReply& reply = *context.refusal();
  log_refusal(r, context);
  // nginx goes on with its own status.
  if (reply.status == rc && has_error_page(r, reply.status)) return;
  send_instead(r, [&] { return send_error(r, reply, context.context_id()); });
}

ngx_http_upstream_t* make_upstream(ngx_http_request_t* r, ngx_http_upstream_conf_t& conf) {
  if (ngx_http_upstream_create(r) != NGX_OK) {
    ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
    return nullptr;
  }
  ngx_http_upstream_t* const u = r->upstream;
  ngx_str_set(&u->schema, "dataaction://");
  u->output.tag = &ngx_http_dataaction_module;
  u->conf = &conf;
  u->abort_request = abort_request;
  return u;
}

ngx_int_t set_request(ngx_http_request_t* r, const ngx_str_t& frame) {
  ngx_buf_t* const buf = static_cast<ngx_buf_t*>(ngx_calloc_buf(r->pool));
  ngx_chain_t* const chain = ngx_alloc_chain_link(r->pool);
  if (buf == nullptr || chain == nullptr) return NGX_ERROR;
  buf->pos = buf->start = frame.data;
  buf->last = buf->end = buf->pos + frame.len;
  buf->memory = 1;
  chain->buf = buf;
  chain->next = nullptr;
  r->upstream->request_bufs = chain;
  return NGX_OK;
}

void start_upstream(ngx_http_request_t* r, ngx_http_upstream_conf_t& conf) {
  ngx_http_upstream_t* const u = make_upstream(r, conf);
  if (u == nullptr) return;
  u->create_request = create_request;
  u->reinit_request = reinit_request;
  u->process_header = process_header;
  u->finalize_request = finalize_request;
  u->input_filter_init = input_filter_init;
  u->input_filter = input_filter;
  u->input_filter_ctx = r;
  ngx_http_upstream_init(r);
}

bool is_link(const ngx_http_request_t* r) {
  return r->upstream != nullptr && r->upstream->output.tag == &ngx_http_dataaction_module;
}

void release_upstream(ngx_http_request_t* r) {
  ngx_http_upstream_t* const u = r->upstream;
  if (u == nullptr || u->cleanup == nullptr) return;
  ++r->main->count;  // the upstream gives back one; the request goes on
  (*u->cleanup)(r);
  r->read_event_handler = ngx_http_test_reading;
}

}  // namespace dataaction
