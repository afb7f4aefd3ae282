#include "ngx_module/ngx.h"

#include <algorithm>
#include <span>

#include "ngx_module/error_response.h"
#include "ngx_module/headers.h"
#include "ngx_module/main_conf.h"
#include "ngx_module/ngx_support.h"
#include "ngx_module/request_context.h"

namespace dataaction {
namespace {

// A key that is none is what somebody watches the log for.
ngx_uint_t level_of(const ErrorReply& reply) {
  if (reply.status == NGX_HTTP_FORBIDDEN) return NGX_LOG_WARN;
  return reply.status < 500 ? NGX_LOG_INFO : NGX_LOG_ERR;
}

// What nginx refused before the handler of a webhook: the shipped `error_page` passes on the
// source, since nginx does not say which location it was.
std::string_view source_in_arguments(ngx_http_request_t* r) {
  const MainConf& main = *main_conf(r);
  if (!main.block) return {};
  if (const SourceConfig* const source = main.block->find_source(view(r->args))) {
    return source->name;
  }
  const ActionConfig* const action = main.block->find_action(view(r->args));
  return action != nullptr ? std::string_view(action->name) : std::string_view();
}

}  // namespace

void log_refusal(ngx_http_request_t* r, const RequestContext& context) {
  const ErrorReply& reply = *context.refusal();
  log_line(level_of(reply), r->connection->log,
           "refused with " + std::to_string(reply.status) + ' ' + reply.code + ": " +
               reply.message + ", context: " + context.context_id());
}

bool has_error_page(ngx_http_request_t* r, ngx_uint_t status) {
  const auto* clcf = static_cast<const ngx_http_core_loc_conf_t*>(
      ngx_http_get_module_loc_conf(r, ngx_http_core_module));
  if (r->error_page || clcf->error_pages == nullptr || r->uri_changes == 0) return false;
  const std::span pages(static_cast<const ngx_http_err_page_t*>(clcf->error_pages->elts),
                        clcf->error_pages->nelts);
  return std::ranges::any_of(pages, [status](const ngx_http_err_page_t& page) {
    return page.status == static_cast<ngx_int_t>(status);
  });
}

ErrorReply reply_for(EndReason reason) {
  switch (reason) {
    case EndReason::kDeadline:
      return reply_for_status(NGX_HTTP_GATEWAY_TIME_OUT);
    case EndReason::kShutdown:
      return shutting_down();
    case EndReason::kSize:
      return {502, 0, "dataaction.source.too_large", "the answer is larger than is allowed here"};
    case EndReason::kSourceChanged:
      return {502, 0, "dataaction.source.changed", "the source changed while it was read"};
    case EndReason::kInvalidRecord:
      return {502, 0, "dataaction.source.invalid_record", "the source holds an invalid record"};
    default:
      return reply_for_status(NGX_HTTP_BAD_GATEWAY);
  }
}

ngx_int_t send_error(ngx_http_request_t* r, const ErrorReply& reply, std::string_view context_id) {
  if (reply.retry_after > 0 &&
      !add_response_header(r, "Retry-After", std::to_string(reply.retry_after))) {
    return NGX_ERROR;
  }
  if (!reply.allow.empty() && !add_response_header(r, "Allow", reply.allow)) return NGX_ERROR;
  ngx_http_clear_location(r);
  r->headers_out.status = reply.status;
  return send_text(r, "application/json", error_body(reply, context_id));
}

ngx_int_t refuse_in_handler(ngx_http_request_t* r, RequestContext& context, ErrorReply reply) {
  const ErrorReply& kept = context.refuse(std::move(reply));
  log_refusal(r, context);
  if (ngx_http_discard_request_body(r) != NGX_OK) r->keepalive = 0;
  if (has_error_page(r, kept.status)) return kept.status;
  return send_error(r, kept, context.context_id());
}

void refuse(ngx_http_request_t* r, RequestContext& context, ErrorReply reply) {
  ngx_http_finalize_request(r, refuse_in_handler(r, context, std::move(reply)));
}

ngx_int_t error_handler(ngx_http_request_t* r) noexcept {
  return guarded(
      r->connection->log, [] { return ngx_int_t{NGX_HTTP_INTERNAL_SERVER_ERROR}; },
      [r]() -> ngx_int_t {
        if (ngx_http_discard_request_body(r) != NGX_OK) r->keepalive = 0;
        RequestContext* context = RequestContext::find_or_create(r);
        if (context == nullptr) return NGX_HTTP_INTERNAL_SERVER_ERROR;
        if (context->outcome.source.empty()) context->outcome.source = source_in_arguments(r);
        if (const ErrorReply* reply = context->refusal()) {
          return send_error(r, *reply, context->context_id());
        }
        auto status = static_cast<unsigned>(r->err_status);
        if (status < 400 && r->internal) {
          log_line(NGX_LOG_ERR, r->connection->log,
                   "nginx does not say which error led here: is there a \"=\" in the error_page "
                   "directive?");
          status = NGX_HTTP_INTERNAL_SERVER_ERROR;
        } else if (status < 400) {
          status = NGX_HTTP_NOT_FOUND;  // asked for by a client: there is nothing here for one
        }
        const bool others = context->outcome.source.empty();
        return send_error(r, others ? reply_for_others(status) : reply_for_status(status),
                          context->context_id());
      });
}

}  // namespace dataaction
