#include "ngx_module/ngx.h"

#include "core/webhook/context_id.h"
#include "ngx_module/call.h"
#include "ngx_module/headers.h"
#include "ngx_module/ngx_support.h"
#include "ngx_module/request_context.h"
#include "ngx_module/stream.h"

namespace dataaction {
namespace {

void destroy(void* data) noexcept {
  static_cast<RequestContext*>(data)->~RequestContext();
}

// nginx's own id of the request, 16 random bytes in hex.
std::string new_context_id(ngx_http_request_t* r) {
  static ngx_str_t name = ngx_string("request_id");
  static const ngx_uint_t key = ngx_hash_key(name.data, name.len);
  const ngx_http_variable_value_t* value = ngx_http_get_variable(r, &name, key);
  if (value == nullptr || value->not_found) return "unknown";
  return {reinterpret_cast<const char*>(value->data), value->len};
}

}  // namespace

ngx_msec_t elapsed_since_start(ngx_http_request_t* r) {
  const ngx_time_t* const now = ngx_timeofday();
  const auto elapsed = static_cast<ngx_msec_int_t>((now->sec - r->start_sec) * 1000 +
                                                   static_cast<ngx_msec_int_t>(now->msec) -
                                                   static_cast<ngx_msec_int_t>(r->start_msec));
  return elapsed > 0 ? static_cast<ngx_msec_t>(elapsed) : 0;
}

RequestContext::RequestContext(ngx_http_request_t* r)
    : request_(r),
      context_id_(context_id_from(request_header(r, "inin-correlation-id"),
                                  request_header(r, "traceparent"))) {
  if (context_id_.empty()) context_id_ = new_context_id(r);
}

RequestContext::~RequestContext() = default;

RequestContext* RequestContext::find(ngx_http_request_t* r) {
  auto* context =
      static_cast<RequestContext*>(ngx_http_get_module_ctx(r, ngx_http_dataaction_module));
  if (context != nullptr || (!r->internal && !r->filter_finalize)) return context;
  for (ngx_pool_cleanup_t* cleanup = r->pool->cleanup; cleanup != nullptr;
       cleanup = cleanup->next) {
    auto* found = static_cast<RequestContext*>(cleanup->data);
    if (cleanup->handler == destroy && found->request_ == r) {
      ngx_http_set_ctx(r, found, ngx_http_dataaction_module);
      return found;
    }
  }
  return nullptr;
}

RequestContext* RequestContext::find_or_create(ngx_http_request_t* r) {
  if (RequestContext* context = find(r)) return context;
  ngx_pool_cleanup_t* cleanup = ngx_pool_cleanup_add(r->pool, sizeof(RequestContext));
  if (cleanup == nullptr) return nullptr;
  auto* context = new (cleanup->data) RequestContext(r);
  cleanup->handler = destroy;
  ngx_http_set_ctx(r, context, ngx_http_dataaction_module);
  return context;
}

void RequestContext::begin() {
  stream.reset();
  call.reset();
  outcome = {};
  input = {};
  key_label = {};
  waiter = {};
  refusal_.reset();
}

const ErrorReply& RequestContext::refuse(ErrorReply reply) {
  if (!outcome.reason) outcome.reason = EndReason::kRefused;
  return refusal_.emplace(std::move(reply));
}

}  // namespace dataaction
