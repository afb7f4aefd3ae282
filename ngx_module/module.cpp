// ngx_http_dataaction_module: the tables that nginx reads, and what happens when a configuration is
// complete and when a worker starts.

#include "ngx_module/ngx.h"

#include <algorithm>

#include "ngx_module/block_commands.h"
#include "ngx_module/delivery_commands.h"
#include "ngx_module/delivery_conf.h"
#include "ngx_module/disk_reader.h"
#include "ngx_module/link_keepalive.h"
#include "ngx_module/main_conf.h"
#include "ngx_module/ngx_support.h"
#include "ngx_module/references.h"
#include "ngx_module/status_zone.h"
#include "ngx_module/variables.h"

namespace dataaction {
namespace {

ngx_conf_enum_t formats[] = {
    {ngx_string("array"), static_cast<ngx_uint_t>(Format::kArray)},
    {ngx_string("batches"), static_cast<ngx_uint_t>(Format::kBatches)},
    {ngx_string("ndjson"), static_cast<ngx_uint_t>(Format::kNdjson)},
    {ngx_string("envelope"), static_cast<ngx_uint_t>(Format::kEnvelope)},
    {ngx_null_string, 0},
};

ngx_conf_enum_t inputs[] = {
    {ngx_string("auto"), static_cast<ngx_uint_t>(InputShape::kAuto)},
    {ngx_string("flat"), static_cast<ngx_uint_t>(InputShape::kFlat)},
    {ngx_string("envelope"), static_cast<ngx_uint_t>(InputShape::kEnvelope)},
    {ngx_null_string, 0},
};

ngx_conf_enum_t on_errors[] = {
    {ngx_string("abort"), static_cast<ngx_uint_t>(OnError::kAbort)},
    {ngx_string("truncate"), static_cast<ngx_uint_t>(OnError::kTruncate)},
    {ngx_null_string, 0},
};

constexpr ngx_uint_t kAnywhere = NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF;
constexpr ngx_uint_t kUpstream = offsetof(DeliveryConfBase, upstream);

ngx_command_t commands[] = {
    {ngx_string("dataaction"), NGX_HTTP_MAIN_CONF | NGX_CONF_BLOCK | NGX_CONF_NOARGS,
     set_dataaction_block, NGX_HTTP_MAIN_CONF_OFFSET, 0, nullptr},

    {ngx_string("dataaction_stream"), NGX_HTTP_LOC_CONF | NGX_CONF_TAKE1, set_stream,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("dataaction_call"), NGX_HTTP_LOC_CONF | NGX_CONF_TAKE1, set_call,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("dataaction_methods"), NGX_HTTP_LOC_CONF | NGX_CONF_TAKE12, set_methods,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("dataaction_status"), NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS, set_status,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("dataaction_error"), NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS, set_error_handler,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},

    {ngx_string("dataaction_format"), kAnywhere | NGX_CONF_TAKE1, set_choice,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(DeliveryConfBase, format), formats},
    {ngx_string("dataaction_batch_size"), kAnywhere | NGX_CONF_TAKE12, set_batch_size,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("dataaction_deadline"), kAnywhere | NGX_CONF_TAKE1, ngx_conf_set_msec_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(DeliveryConfBase, deadline), nullptr},
    {ngx_string("dataaction_max_size"), kAnywhere | NGX_CONF_TAKE1, set_max_size,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("dataaction_on_error"), kAnywhere | NGX_CONF_TAKE1, set_choice,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(DeliveryConfBase, on_error), on_errors},
    {ngx_string("dataaction_input"), kAnywhere | NGX_CONF_TAKE1, set_choice,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(DeliveryConfBase, input), inputs},
    {ngx_string("dataaction_api_key_file"), kAnywhere | NGX_CONF_TAKE12, set_api_key_file,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("dataaction_max_streams"), kAnywhere | NGX_CONF_TAKE123, set_max_streams,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("dataaction_buffer_size"), kAnywhere | NGX_CONF_TAKE1, ngx_conf_set_size_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(DeliveryConfBase, buffer_size), &buffer_size_bounds},
    {ngx_string("dataaction_flush_interval"), kAnywhere | NGX_CONF_TAKE1, ngx_conf_set_msec_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(DeliveryConfBase, flush_interval), nullptr},

    {ngx_string("dataaction_pass"), kAnywhere | NGX_CONF_TAKE1, set_pass, NGX_HTTP_LOC_CONF_OFFSET,
     0, nullptr},
    {ngx_string("dataaction_connect_timeout"), kAnywhere | NGX_CONF_TAKE1, ngx_conf_set_msec_slot,
     NGX_HTTP_LOC_CONF_OFFSET, kUpstream + offsetof(ngx_http_upstream_conf_t, connect_timeout),
     nullptr},
    {ngx_string("dataaction_send_timeout"), kAnywhere | NGX_CONF_TAKE1, ngx_conf_set_msec_slot,
     NGX_HTTP_LOC_CONF_OFFSET, kUpstream + offsetof(ngx_http_upstream_conf_t, send_timeout),
     nullptr},
    {ngx_string("dataaction_read_timeout"), kAnywhere | NGX_CONF_TAKE1, ngx_conf_set_msec_slot,
     NGX_HTTP_LOC_CONF_OFFSET, kUpstream + offsetof(ngx_http_upstream_conf_t, read_timeout),
     nullptr},

    ngx_null_command};

void* create_main_conf(ngx_conf_t* cf) noexcept {
  return make_in_pool<MainConf>(cf->pool);
}

bool reads_files(const Config& config) {
  return std::ranges::any_of(config.sources, [](const SourceConfig& source) {
    return std::holds_alternative<FileSource>(source.kind);
  });
}

// What can only be done when every block has been read.
ngx_int_t postconfiguration(ngx_conf_t* cf) noexcept {
  return guarded(
      cf->log, [] { return ngx_int_t{NGX_ERROR}; },
      [cf]() -> ngx_int_t {
        MainConf& main = *main_conf(cf);
        if (main.block && !load_contracts(cf, main)) return NGX_ERROR;
        if (!resolve_references(cf, main)) return NGX_ERROR;
        if (!main.block) return NGX_OK;
        if (reads_files(*main.block) && !add_disk_threads(cf)) return NGX_ERROR;

        std::ranges::sort(main.upstreams);
        const auto repeated = std::ranges::unique(main.upstreams);
        main.upstreams.erase(repeated.begin(), repeated.end());
        for (ngx_http_upstream_srv_conf_t* upstream : main.upstreams) {
          if (!keep_connections(cf, upstream)) return NGX_ERROR;
        }
        for (const Reference& reference : main.references) {
          auto& upstream = reference.conf->upstream.upstream;
          if (upstream == nullptr) upstream = main.default_upstream;
        }
        main.status = StatusZone::add(cf, *main.block);
        return main.status != nullptr ? NGX_OK : NGX_ERROR;
      });
}

// The locations find their counters when the shared memory is there.
void bind_counters(MainConf& main) {
  for (const Reference& reference : main.references) {
    reference.conf->status = main.status->source(reference.name);
  }
}

ngx_int_t init_module(ngx_cycle_t* cycle) noexcept {
  return guarded(
      cycle->log, [] { return ngx_int_t{NGX_ERROR}; },
      [cycle]() -> ngx_int_t {
        auto* const main = static_cast<MainConf*>(
            ngx_http_cycle_get_module_main_conf(cycle, ngx_http_dataaction_module));
        if (main != nullptr && main->status != nullptr) bind_counters(*main);
        return NGX_OK;
      });
}

ngx_int_t init_process(ngx_cycle_t* cycle) noexcept {
  return guarded(
      cycle->log, [] { return ngx_int_t{NGX_ERROR}; },
      [cycle]() -> ngx_int_t {
        auto* const main = static_cast<MainConf*>(
            ngx_http_cycle_get_module_main_conf(cycle, ngx_http_dataaction_module));
        if (main != nullptr && main->status != nullptr) main->status->enter_worker();
        return NGX_OK;
      });
}

ngx_http_module_t module_ctx = {
    add_variables,         // preconfiguration
    postconfiguration,     // postconfiguration
    create_main_conf,      // create main configuration
    nullptr,               // init main configuration
    nullptr,               // create server configuration
    nullptr,               // merge server configuration
    create_delivery_conf,  // create location configuration
    merge_delivery_conf    // merge location configuration
};

}  // namespace
}  // namespace dataaction

ngx_module_t ngx_http_dataaction_module = {NGX_MODULE_V1,
                                           &dataaction::module_ctx,   // module context
                                           dataaction::commands,      // module directives
                                           NGX_HTTP_MODULE,           // module type
                                           nullptr,                   // init master
                                           dataaction::init_module,   // init module
                                           dataaction::init_process,  // init process
                                           nullptr,                   // init thread
                                           nullptr,                   // exit thread
                                           nullptr,                   // exit process
                                           nullptr,                   // exit master
                                           NGX_MODULE_V1_PADDING};
