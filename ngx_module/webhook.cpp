#include "ngx_module/ngx.h"

#include <algorithm>

#include "core/contract/json_schema.h"
#include "core/contract/query_input.h"
#include "core/stream/cursor.h"
#include "ngx_module/call.h"
#include "ngx_module/delivery_conf.h"
#include "ngx_module/error_response.h"
#include "ngx_module/headers.h"
#include "ngx_module/key_ring.h"
#include "ngx_module/link_producer.h"
#include "ngx_module/main_conf.h"
#include "ngx_module/ngx_support.h"
#include "ngx_module/request_body.h"
#include "ngx_module/request_context.h"
#include "ngx_module/stream.h"
#include "ngx_module/webhook.h"
#include "ngx_module/worker_sources.h"

namespace dataaction {
namespace {

// What can be told before the body is read.
std::optional<ErrorReply> check_head(ngx_http_request_t* r, RequestContext& context) {
  const DeliveryConf& conf = *delivery_conf(r);
  if ((r->method & conf.methods) == 0) {
    const bool get = (conf.methods & NGX_HTTP_GET) != 0;
    const bool post = (conf.methods & NGX_HTTP_POST) != 0;
    return method_not_allowed(get && post ? "GET, POST" : get ? "GET" : "POST");
  }
  if (conf.keys != nullptr) {
    const ApiKey* const key = presented_key(r, *conf.keys);
    if (key == nullptr) {
      return ErrorReply{403, 0, "dataaction.auth.key", "a valid API key is required"};
    }
    context.key_label = key->label;
  }
  if (r->headers_in.content_type != nullptr &&
      !is_json_content_type(view(r->headers_in.content_type->value))) {
    return reply_for_status(NGX_HTTP_UNSUPPORTED_MEDIA_TYPE);
  }
  return std::nullopt;
}

// Milliseconds left of the deadline; 0: none is set, nothing: it is over.
std::optional<ngx_msec_t> time_left(ngx_http_request_t* r) {
  const ngx_msec_t deadline = delivery_conf(r)->deadline;
  if (deadline == 0) return 0;
  const ngx_msec_t elapsed = elapsed_since_start(r);
  if (elapsed >= deadline) return std::nullopt;
  return deadline - elapsed;
}

RecordShaper make_shaper(const DeliveryConf& conf, const WebhookInput& input) {
  const bool sidecar = conf.source->in_sidecar();
  return {static_cast<Format>(conf.format), input.batch_size.value_or(conf.batch_size),
          // The sidecar keeps to the limit itself and says whether there is more.
          sidecar ? RecordShaper::kNoLimit : input.limit.value_or(RecordShaper::kNoLimit),
          static_cast<uint64_t>(conf.max_size), sidecar ? frame::kMaxCursor : kMaxWorkerCursor};
}

// What a call's contract says of its input.
std::optional<ErrorReply> check_contract(const DeliveryConf& conf, const WebhookInput& input) {
  std::vector<ErrorDetail> details = conf.call_input->check(input.parameters);
  if (details.empty()) return std::nullopt;
  std::string message = "the input is not what the contract says: " + list_of(details);
  for (ErrorDetail& detail : details) detail.code.insert(0, kContractRule);
  return ErrorReply{422, 0, "dataaction.request.contract", std::move(message), std::move(details)};
}

// Of a body, or of the query string of a GET.
std::expected<WebhookInput, ErrorReply> read_input(ngx_http_request_t* r) {
  const DeliveryConf& conf = *delivery_conf(r);
  if (r->method == NGX_HTTP_GET) {
    auto parameters = read_query_input(view(r->args), *conf.call_input);
    if (!parameters) return std::unexpected(std::move(parameters.error()));
    WebhookInput input;
    input.parameters = std::move(*parameters);
    return input;
  }
  const auto body = request_body(r);
  if (!body) return std::unexpected(reply_for_status(NGX_HTTP_INTERNAL_SERVER_ERROR));
  const auto shape = static_cast<InputShape>(conf.input);
  return conf.action != nullptr ? read_call_input(*body, shape)
                                : read_webhook_input(*body, shape, conf.max_batch_size);
}

// Starts the answer; the request has a place among dataaction_max_streams.
void start(ngx_http_request_t* r, RequestContext& context) {
  const DeliveryConf& conf = *delivery_conf(r);
  const auto deadline = time_left(r);
  if (!deadline) {
    if (conf.admission != nullptr) conf.admission->leave();
    refuse(r, context, reply_for_status(NGX_HTTP_GATEWAY_TIME_OUT));
    return;
  }
  if (conf.action != nullptr) {
    context.call = std::make_unique<Call>(r, context);
    context.call->start(*deadline);
    return;
  }
  context.stream =
      std::make_unique<Stream>(r, context, make_shaper(conf, context.input), *deadline);
  Stream& stream = *context.stream;
  stream.arm();
  if (conf.source->in_sidecar()) {
    start_link(r, context, *deadline);
    return;
  }
  auto producer = open_worker_source(r, context.input);
  if (!producer) {
    stream.refuse(std::move(producer.error()));
    return;
  }
  stream.set_producer(std::move(*producer));
  stream.begin(false);
  stream.pump();
}

void on_turn(ngx_event_t* event) noexcept {
  auto* const r = static_cast<ngx_http_request_t*>(event->data);
  ngx_connection_t* const c = r->connection;
  ngx_http_set_log_request(c->log, r);
  guarded(
      c->log, [r] { ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR); },
      [r] {
        RequestContext& context = *RequestContext::find(r);
        context.waiter.admission->settle(context.waiter);
        if (!context.waiter.admitted) {
          refuse(r, context, overloaded());
          return;
        }
        start(r, context);
      });
  ngx_http_run_posted_requests(c);
}

void on_waiter_cleanup(void* data) noexcept {
  Waiter& waiter = *static_cast<Waiter*>(data);
  if (waiter.admission != nullptr) waiter.admission->forget(waiter);
}

void enter(ngx_http_request_t* r, RequestContext& context) {
  Admission* const admission = delivery_conf(r)->admission;
  if (admission == nullptr) return start(r, context);

  context.waiter.admission = admission;
  context.waiter.event.handler = on_turn;
  context.waiter.event.data = r;
  context.waiter.event.log = r->connection->log;
  switch (admission->enter(context.waiter)) {
    case Admission::Entry::kAdmitted:
      return start(r, context);
    case Admission::Entry::kFull:
      return refuse(r, context, overloaded());
    case Admission::Entry::kWaiting:
      break;
  }
  ngx_http_cleanup_t* const cleanup = ngx_http_cleanup_add(r, 0);
  if (cleanup == nullptr) throw std::bad_alloc();
  cleanup->handler = on_waiter_cleanup;
  cleanup->data = &context.waiter;
  r->read_event_handler = ngx_http_test_reading;
  r->write_event_handler = ngx_http_request_empty_handler;
}

void on_body(ngx_http_request_t* r) noexcept {
  guarded(
      r->connection->log, [r] { ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR); },
      [r] {
        RequestContext& context = *RequestContext::find(r);
        auto input = read_input(r);
        if (!input) return refuse(r, context, std::move(input.error()));
        context.input = std::move(*input);
        const DeliveryConf& conf = *delivery_conf(r);
        if (conf.action != nullptr) {
          auto refused = check_contract(conf, context.input);
          if (refused) return refuse(r, context, std::move(*refused));
        }
        enter(r, context);
      });
}

}  // namespace

ngx_int_t webhook_handler(ngx_http_request_t* r) noexcept {
  return guarded(
      r->connection->log, [] { return ngx_int_t{NGX_HTTP_INTERNAL_SERVER_ERROR}; },
      [r]() -> ngx_int_t {
        RequestContext* const context = RequestContext::find_or_create(r);
        if (context == nullptr) return NGX_HTTP_INTERNAL_SERVER_ERROR;
        context->begin();
        context->outcome.source = delivered_name(*delivery_conf(r));
        if (auto reply = check_head(r, *context))
          return refuse_in_handler(r, *context, std::move(*reply));

        r->request_body_in_single_buf = 1;
        const ngx_int_t rc = ngx_http_read_client_request_body(r, on_body);
        return rc >= NGX_HTTP_SPECIAL_RESPONSE ? rc : NGX_DONE;
      });
}

}  // namespace dataaction
