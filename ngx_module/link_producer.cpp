#include "ngx_module/ngx.h"

#include <algorithm>

#include "core/link/frame.h"
#include "ngx_module/delivery_conf.h"
#include "ngx_module/link_producer.h"
#include "ngx_module/link_upstream.h"
#include "ngx_module/main_conf.h"
#include "ngx_module/ngx_support.h"
#include "ngx_module/request_context.h"
#include "ngx_module/status_zone.h"
#include "ngx_module/stream.h"
#include "ngx_module/worker_sources.h"

namespace dataaction {
namespace {

// The last part of the code, where it is a reason for an end that is not complete.
EndReason reason_of(const ErrorReply& reply) {
  const Ending ending{end_reason(reply.code.substr(reply.code.rfind('.') + 1))};
  return ending.complete() ? EndReason::kUpstream : ending.reason;
}

}  // namespace

void start_link(ngx_http_request_t* r, RequestContext& context, ngx_msec_t deadline) {
  DeliveryConf& conf = *delivery_conf(r);
  frame::Request request;
  request.deadline_ms = static_cast<uint32_t>(std::min<ngx_msec_t>(deadline, UINT32_MAX));
  request.budget = static_cast<uint64_t>(conf.max_size);
  request.limit = context.input.limit.value_or(frame::kNoLimit);
  request.name = conf.source->name;
  request.context_id = context.context_id();
  request.cursor = context.input.cursor;
  request.parameters = context.input.parameters;
  if (request.cursor.size() > frame::kMaxCursor) return context.stream->refuse(bad_cursor());
  if (request.parameters.size() > frame::kMaxParameters) {
    return context.stream->refuse(reply_for_status(NGX_HTTP_REQUEST_ENTITY_TOO_LARGE));
  }

  std::string bytes;
  frame::encode(bytes, request);
  const ngx_str_t message = copy_to_pool(r->pool, bytes);
  if (message.len == 0) {
    return context.stream->refuse(reply_for_status(NGX_HTTP_INTERNAL_SERVER_ERROR));
  }
  context.stream->set_producer(
      std::make_unique<LinkProducer>(r, context, message, main_conf(r)->block->max_record_size));
  start_upstream(r, conf.upstream);
}

LinkProducer::LinkProducer(ngx_http_request_t* r, RequestContext& context, const ngx_str_t& request,
                           size_t max_record_size)
    : r_(r),
      context_(context),
      request_(request),
      max_record_size_(max_record_size),
      buffer_(r->pool),
      reader_(max_record_size) {}

Pull LinkProducer::pull(const Demand& demand, RecordRun& run) {
  if (first_run_.size() > 0) {
    run = first_run_;
    first_run_ = {};
    return Pull::kRun;
  }
  while (!finished_) {
    const AnswerReader::Event event = reader_.next(buffer_.pos, buffer_.last, run);
    if (event != AnswerReader::Event::kNeedMore) return on_event(event);
    if (const Pull got = receive(demand.buffer_free); got != Pull::kRun) return got;
  }
  return Pull::kEnd;
}

Pull LinkProducer::on_event(AnswerReader::Event event) {
  switch (event) {
    case AnswerReader::Event::kRun:
      return Pull::kRun;
    case AnswerReader::Event::kEnd:
      end(reader_.end());
      return Pull::kEnd;
    case AnswerReader::Event::kError: {
      const ErrorReply& reply = reader_.error().reply;
      if (buffer_.held() == 0) r_->upstream->keepalive = 1;
      return fail("the sidecar broke off: " + reply.code + ' ' + reply.message, reason_of(reply));
    }
    default:
      return fail("bad answer from the sidecar: " + reader_.malformed());
  }
}

// kRun: there are more bytes in the buffer.
Pull LinkProducer::receive(bool buffer_free) {
  if (buffer_free) buffer_.compact();
  if (buffer_.room() == 0) {
    if (!buffer_free) return Pull::kDrain;
    // What fills the buffer is one record, or a frame of control data.
    if (!buffer_.grow(max_record_size_ + frame::kMaxControl)) return fail("a record is too long");
  }
  ngx_connection_t* const c = r_->upstream->peer.connection;
  const ssize_t n = c->recv(c, reinterpret_cast<u_char*>(buffer_.last), buffer_.room());
  if (n == NGX_AGAIN) {
    if (c->read->timedout) return fail("timed out");
    wait();
    return Pull::kAgain;
  }
  if (n <= 0) return fail("the sidecar closed the connection");
  buffer_.last += n;
  r_->upstream->state->bytes_received += n;
  r_->upstream->state->response_length += n;
  if (c->read->timer_set) ngx_del_timer(c->read);
  return Pull::kRun;
}

void LinkProducer::wait() {
  ngx_event_t* const read = r_->upstream->peer.connection->read;
  if (ngx_handle_read_event(read, 0) != NGX_OK) throw std::bad_alloc();
  if (!read->timer_set) ngx_add_timer(read, r_->upstream->conf->read_timeout);
}

void LinkProducer::end(const frame::End& end) {
  finished_ = true;
  ending_.reason = end.complete && end.reason.empty() ? EndReason::kNone : end_reason(end.reason);
  ending_.cursor = end.cursor;
  const bool ours = ending_.reason == EndReason::kClient || ending_.reason == EndReason::kRefused;
  if (end.complete != ending_.complete() || ours) ending_.reason = EndReason::kUpstream;
  announced_ = end.count;
  // Whatever stands behind the end belongs to nobody: such a connection is not used again.
  if (buffer_.held() == 0) r_->upstream->keepalive = 1;
}

Pull LinkProducer::fail(std::string_view why, EndReason reason) {
  log_line(NGX_LOG_ERR, r_->connection->log,
           std::string(why) + ", while reading records, context: " + context_.context_id());
  main_conf(r_)->status->link_failed();
  finished_ = true;
  ending_ = {reason, cursor(0, 0)};
  return Pull::kEnd;
}

std::string LinkProducer::cursor(uint64_t, size_t unsent) const {
  // A cursor of the sidecar stands behind the last record of its frame.
  const bool exact = unsent == 0 && first_run_.size() == 0 && reader_.between_frames();
  return exact ? reader_.cursor() : std::string();
}

// The time that the client takes is not the sidecar's.
void LinkProducer::on_stall() {
  if (finished_) return;
  ngx_event_t* const read = r_->upstream->peer.connection->read;
  if (read->timer_set) ngx_del_timer(read);
  read->timedout = 0;
  // For the level-triggered event methods, which would report it again and again.
  if (ngx_handle_read_event(read, 0) != NGX_OK) throw std::bad_alloc();
}

void LinkProducer::release() {
  release_upstream(r_);
}

}  // namespace dataaction
