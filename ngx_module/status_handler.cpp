#include "ngx_module/ngx.h"

#include "core/status_report.h"
#include "ngx_module/error_response.h"
#include "ngx_module/headers.h"
#include "ngx_module/main_conf.h"
#include "ngx_module/ngx_support.h"
#include "ngx_module/request_context.h"
#include "ngx_module/status_handler.h"
#include "ngx_module/status_zone.h"

namespace dataaction {
namespace {

ErrorReply bad_format() {
  return {422,
          0,
          "dataaction.request.invalid",
          "format must be json or prometheus",
          {{"dataaction.request.invalid", "format"}}};
}

}  // namespace

ngx_int_t status_handler(ngx_http_request_t* r) noexcept {
  return guarded(
      r->connection->log, [] { return ngx_int_t{NGX_HTTP_INTERNAL_SERVER_ERROR}; },
      [r]() -> ngx_int_t {
        RequestContext* const context = RequestContext::find_or_create(r);
        if (context == nullptr) return NGX_HTTP_INTERNAL_SERVER_ERROR;
        if ((r->method & (NGX_HTTP_GET | NGX_HTTP_HEAD)) == 0) {
          return refuse_in_handler(r, *context, method_not_allowed("GET, HEAD"));
        }
        if (ngx_http_discard_request_body(r) != NGX_OK) r->keepalive = 0;

        ngx_str_t format = ngx_string("json");
        static ngx_str_t name = ngx_string("format");
        ngx_http_arg(r, name.data, name.len, &format);
        const StatusZone* const zone = main_conf(r)->status;  // none without a `dataaction` block
        const StatusReport report = zone != nullptr ? zone->report() : StatusReport{};
        if (view(format) == "json") return send_text(r, "application/json", status_json(report));
        if (view(format) == "prometheus") {
          return send_text(r, "text/plain; version=0.0.4", status_prometheus(report));
        }
        return refuse_in_handler(r, *context, bad_format());
      });
}

}  // namespace dataaction
