#include "ngx_module/ngx.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/json/json_scanner.h"
#include "ngx_module/admission.h"
#include "ngx_module/call.h"
#include "ngx_module/delivery_conf.h"
#include "ngx_module/error_response.h"
#include "ngx_module/headers.h"
#include "ngx_module/link_upstream.h"
#include "ngx_module/main_conf.h"
#include "ngx_module/ngx_support.h"
#include "ngx_module/request_context.h"
#include "ngx_module/status_zone.h"

namespace dataaction {
namespace {

// The codes with which a sidecar refuses a call that it has not begun (docs/protocol.md).
constexpr std::array<std::string_view, 3> kNotBegun = {
    "dataaction.overloaded", "dataaction.config.stale", "dataaction.link.shutdown"};

// So much later the link's own timeout: the deadline comes first and knows better what to say.
constexpr ngx_msec_t kBeyondDeadline = 1000;

bool is_json_object(std::string_view text) {
  JsonScanner scanner(text);
  return scanner.peek() == '{' && scanner.value() && scanner.end();
}

}  // namespace

Call::Call(ngx_http_request_t* r, RequestContext& context)
    : WholeAnswer(r, delivery_conf(r)->upstream, main_conf(r)->block->max_record_size),
      context_(context),
      delivery_(*delivery_conf(r)) {
  if (!delivery_.action->may_be_repeated()) {
    // nginx asks the next one only where it has sent nothing yet.
    conf().next_upstream &= ~ngx_uint_t{NGX_HTTP_UPSTREAM_FT_NON_IDEMPOTENT};
  }
  deadline_event_.handler = [](ngx_event_t* event) noexcept {
    auto& self = *static_cast<Call*>(event->data);
    ngx_connection_t* const c = self.request()->connection;
    ngx_http_set_log_request(c->log, self.request());
    guarded(
        c->log, [&] { ngx_http_finalize_request(self.request(), NGX_ERROR); },
        [&] { self.on_deadline(); });
    ngx_http_run_posted_requests(c);
  };
  deadline_event_.data = this;
  deadline_event_.log = r->connection->log;
}

Call::~Call() {
  stop(EndReason::kClient);
}

void Call::start(ngx_msec_t deadline) {
  running_ = true;
  delivery_.status->started();
  if (deadline > 0) {
    ngx_add_timer(&deadline_event_, deadline);
    // A sidecar says nothing of a call before its end.
    conf().read_timeout = std::max(conf().read_timeout, deadline + kBeyondDeadline);
  }

  frame::Request message;
  message.kind = frame::Kind::kCall;
  message.deadline_ms = static_cast<uint32_t>(std::min<ngx_msec_t>(deadline, UINT32_MAX));
  message.name = delivery_.action->name;
  message.context_id = context_.context_id();
  message.parameters = context_.input.parameters;
  if (message.parameters.size() > frame::kMaxParameters) {
    return refuse(reply_for_status(NGX_HTTP_REQUEST_ENTITY_TOO_LARGE), EndReason::kRefused);
  }
  ask(message);
}

// With one LF, at the end.
bool Call::is_one_object() const {
  return !text().empty() && text().find('\n') == text().size() - 1 && is_json_object(text());
}

bool Call::is_small_enough() const {
  return delivery_.max_size == 0 || text().size() - 1 <= static_cast<size_t>(delivery_.max_size);
}

void Call::on_answer() {
  if (!is_one_object()) {
    log_line(NGX_LOG_ERR, request()->connection->log,
             "the sidecar answered a call with other than one JSON object, context: " +
                 context_.context_id());
    return refuse(reply_for(EndReason::kUpstream), EndReason::kUpstream);
  }
  if (!is_small_enough()) {
    return refuse(reply_for(EndReason::kSize), EndReason::kSize);
  }
  ngx_http_finalize_request(request(), send_object());
}

ngx_int_t Call::send_object() {
  const auto object = std::string_view(text()).substr(0, text().size() - 1);
  context_.outcome.records = 1;
  context_.outcome.bytes = object.size();
  context_.outcome.first_byte_time = elapsed_since_start(request());
  delivery_.status->add(1, object.size());
  stop(EndReason::kNone);
  return send_text(request(), "application/json", object);
}

void Call::on_error(ErrorReply reply) {
  refuse(std::move(reply), EndReason::kRefused);
}

// Only what is said before a call begins: anything else may come of one that was carried out.
bool Call::asks_next(const frame::Error& error) const {
  return request()->upstream->peer.tries > 1 &&
         std::ranges::find(kNotBegun, error.reply.code) != kNotBegun.end();
}

void Call::on_failure(ngx_int_t rc, bool whole) {
  if (whole && error() == nullptr && is_one_object() && is_small_enough()) {
    send_instead(request(), [this] { return send_object(); });
    return;
  }
  if (whole && error() != nullptr) context_.refuse(*error());
  note_failure(request(), context_, rc);
  stop(EndReason::kRefused);
  send_refusal(request(), context_, rc);
}

void Call::on_deadline() {
  give_up();
  refuse(reply_for(EndReason::kDeadline), EndReason::kDeadline);
}

void Call::refuse(ErrorReply reply, EndReason reason) {
  stop(reason);
  dataaction::refuse(request(), context_, std::move(reply));
}

void Call::stop(EndReason reason) {
  if (!std::exchange(running_, false)) return;
  if (deadline_event_.timer_set) ngx_del_timer(&deadline_event_);
  if (!context_.outcome.reason) context_.outcome.reason = reason;
  delivery_.status->ended(*context_.outcome.reason);
  if (delivery_.admission != nullptr) delivery_.admission->leave();
}

}  // namespace dataaction
