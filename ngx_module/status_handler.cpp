#include "ngx_module/ngx.h"

#include <algorithm>
#include <optional>

#include "core/link/frame.h"
#include "core/status/exposition.h"
#include "core/status/status_report.h"
#include "ngx_module/error_response.h"
#include "ngx_module/headers.h"
#include "ngx_module/main_conf.h"
#include "ngx_module/ngx_support.h"
#include "ngx_module/request_context.h"
#include "ngx_module/sidecar_status.h"
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

StatusReport report(ngx_http_request_t* r, std::optional<bool> up) {
  const StatusZone* const zone = main_conf(r)->status;
  StatusReport report = zone != nullptr ? zone->report() : StatusReport{};  // without a block
  report.link.up = up;
  return report;
}

ngx_int_t send_json(ngx_http_request_t* r, std::optional<bool> up, std::string_view sidecar) {
  if (sidecar.ends_with('\n')) sidecar.remove_suffix(1);
  return send_text(r, "application/json", status_json(report(r, up), sidecar));
}

ngx_int_t send_prometheus(ngx_http_request_t* r, std::optional<bool> up, std::string_view sidecar) {
  // A sidecar of another version may answer in another form.
  if (!sidecar.starts_with('#')) sidecar = {};
  return send_text(r, Exposition::kContentType, status_prometheus(report(r, up)).append(sidecar));
}

// Where nothing needs one, there may be none.
bool has_sidecar(const MainConf& main) {
  return main.block && (!main.block->actions.empty() ||
                        std::ranges::any_of(main.block->sources, &SourceConfig::in_sidecar));
}

ngx_int_t answer(ngx_http_request_t* r, std::string_view form, SendStatus send) {
  return has_sidecar(*main_conf(r)) ? ask_sidecar(r, form, send) : send(r, {}, {});
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
        if (view(format) == "json") return answer(r, "", send_json);
        if (view(format) == "prometheus") {
          return answer(r, frame::kStatusPrometheus, send_prometheus);
        }
        return refuse_in_handler(r, *context, bad_format());
      });
}

}  // namespace dataaction
