#include "ngx_module/ngx.h"

#include <algorithm>

#include "ngx_module/delivery_conf.h"
#include "ngx_module/main_conf.h"
#include "ngx_module/ngx_support.h"
#include "ngx_module/webhook.h"

namespace dataaction {
namespace {

constexpr ngx_uint_t kNextUpstream =
    NGX_CONF_BITMASK_SET | NGX_HTTP_UPSTREAM_FT_ERROR | NGX_HTTP_UPSTREAM_FT_TIMEOUT |
    NGX_HTTP_UPSTREAM_FT_INVALID_HEADER | NGX_HTTP_UPSTREAM_FT_HTTP_503 |
    // A stream has no effect on its source, so any failure before its first record is tried again.
    NGX_HTTP_UPSTREAM_FT_NON_IDEMPOTENT;

ngx_http_core_loc_conf_t* core_conf(ngx_conf_t* cf) {
  return static_cast<ngx_http_core_loc_conf_t*>(
      ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module));
}

// An `if` or a `limit_except` is a location without a name in a location: it answers the same.
void inherit_handler(ngx_conf_t* cf, const DeliveryConf* prev, DeliveryConf* conf) {
  ngx_http_core_loc_conf_t* const clcf = core_conf(cf);
  if (!clcf->noname || clcf->handler != nullptr) return;
  std::vector<Reference>& references = main_conf(cf)->references;
  const auto outer = std::ranges::find(references, prev, &Reference::conf);
  if (outer == references.end()) return;
  references.push_back({conf, outer->name, outer->call, outer->at});
  conf->methods = prev->methods;
  clcf->handler = webhook_handler;
}

// The location may be one that calls: which comes first is the operator's to choose.
char* check_methods(ngx_conf_t* cf, const DeliveryConf& conf) {
  if (conf.methods == 0) return NGX_CONF_OK;
  const std::vector<Reference>& references = main_conf(cf)->references;
  if (std::ranges::find(references, &conf, &Reference::conf) != references.end()) {
    return NGX_CONF_OK;
  }
  return conf_error(
      cf, {"\"dataaction_methods\" directive is only for \"dataaction_call\"", conf.methods_at});
}

// Directives of other modules, such as proxy_pass, take a location over without a word when they
// come later in it.
char* check_handler(ngx_conf_t* cf, const HandlerDirective& ours) {
  if (ours.handler == nullptr || core_conf(cf)->handler == ours.handler) return NGX_CONF_OK;
  return conf_error(cf, {'"' + ours.name + "\" directive " + kHandlerConflict, ours.at});
}

}  // namespace

std::string_view delivered_name(const DeliveryConf& conf) {
  if (conf.source != nullptr) return conf.source->name;
  return conf.action != nullptr ? std::string_view(conf.action->name) : std::string_view();
}

void* create_delivery_conf(ngx_conf_t* cf) noexcept {
  auto* conf = make_in_pool<DeliveryConf>(cf->pool);
  if (conf == nullptr) return nullptr;
  ngx_memzero(static_cast<DeliveryConfBase*>(conf), sizeof(DeliveryConfBase));

  ngx_http_upstream_conf_t& upstream = conf->upstream;
  upstream.local = static_cast<ngx_http_upstream_local_t*>(NGX_CONF_UNSET_PTR);
  upstream.connect_timeout = NGX_CONF_UNSET_MSEC;
  upstream.send_timeout = NGX_CONF_UNSET_MSEC;
  upstream.read_timeout = NGX_CONF_UNSET_MSEC;
  upstream.next_upstream = kNextUpstream;
  upstream.intercept_errors = 1;
  upstream.intercept_404 = 1;

  conf->format = NGX_CONF_UNSET_UINT;
  conf->input = NGX_CONF_UNSET_UINT;
  conf->on_error = NGX_CONF_UNSET_UINT;
  conf->deadline = NGX_CONF_UNSET_MSEC;
  conf->flush_interval = NGX_CONF_UNSET_MSEC;
  conf->buffer_size = NGX_CONF_UNSET_SIZE;
  conf->max_size = NGX_CONF_UNSET;
  return static_cast<DeliveryConfBase*>(conf);
}

char* merge_delivery_conf(ngx_conf_t* cf, void* parent, void* child) noexcept {
  const auto* prev = static_cast<DeliveryConf*>(static_cast<DeliveryConfBase*>(parent));
  auto* conf = static_cast<DeliveryConf*>(static_cast<DeliveryConfBase*>(child));

  ngx_http_upstream_conf_t& upstream = conf->upstream;
  upstream.local = nullptr;
  ngx_conf_merge_msec_value(upstream.connect_timeout, prev->upstream.connect_timeout, 1000);
  ngx_conf_merge_msec_value(upstream.send_timeout, prev->upstream.send_timeout, 30000);
  ngx_conf_merge_msec_value(upstream.read_timeout, prev->upstream.read_timeout, 30000);
  if (upstream.upstream == nullptr) upstream.upstream = prev->upstream.upstream;

  ngx_conf_merge_uint_value(conf->format, prev->format, static_cast<ngx_uint_t>(Format::kArray));
  ngx_conf_merge_uint_value(conf->input, prev->input, static_cast<ngx_uint_t>(InputShape::kAuto));
  // Its default depends on the format of the location that streams: see resolve_references().
  if (conf->on_error == NGX_CONF_UNSET_UINT) conf->on_error = prev->on_error;
  ngx_conf_merge_msec_value(conf->deadline, prev->deadline, 28000);
  ngx_conf_merge_msec_value(conf->flush_interval, prev->flush_interval, 50);
  ngx_conf_merge_size_value(conf->buffer_size, prev->buffer_size, size_t{64} * 1024);
  ngx_conf_merge_off_value(conf->max_size, prev->max_size, 0);
  upstream.buffer_size = conf->buffer_size;

  if (conf->batch_size == NGX_CONF_UNSET_UINT) {
    conf->max_batch_size = prev->max_batch_size;
    conf->batch_size = prev->batch_size;
  }
  if (conf->batch_size == NGX_CONF_UNSET_UINT) {
    conf->batch_size = 1000;
    conf->max_batch_size = kMaxBatchSize;
  }
  if (!conf->keys_set) {
    conf->keys = prev->keys;
    conf->keys_set = prev->keys_set;
  }
  if (!conf->admission_set) {
    conf->admission = prev->admission;
    conf->admission_set = prev->admission_set;
  }
  return guarded(
      cf->log, [] { return static_cast<char*>(NGX_CONF_ERROR); },
      [&] {
        inherit_handler(cf, prev, conf);
        char* const checked = check_methods(cf, *conf);
        return checked == NGX_CONF_OK ? check_handler(cf, conf->answers) : checked;
      });
}

}  // namespace dataaction
