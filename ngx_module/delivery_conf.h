// How a location delivers: the dataaction_* directives of http, server and location, with nginx's
// own inheritance. Lives in the cycle's pool; read-only in the workers.

#pragma once

#include "ngx_module/ngx.h"

#include <cstdint>
#include <string>
#include <vector>

#include "core/config/config.h"
#include "core/stream/record_shaper.h"
#include "core/webhook/api_key.h"
#include "core/webhook/webhook_input.h"

namespace dataaction {

class Admission;
class JsonSchema;
struct SourceStatus;

// What `"NAME" directive` is followed by where a location has two that answer.
inline constexpr const char* kHandlerConflict = "conflicts with another handler of this location";

// How many records a batch may have, unless `max=` says more or less.
inline constexpr ngx_int_t kMaxBatchSize = 10000;

enum class OnError : ngx_uint_t { kAbort, kTruncate };

// The members that nginx's slot functions set by offset; standard layout.
struct DeliveryConfBase {
  ngx_http_upstream_conf_t upstream;
  ngx_uint_t format;
  ngx_uint_t input;
  ngx_uint_t on_error;
  ngx_msec_t deadline;
  ngx_msec_t flush_interval;
  size_t buffer_size;
  off_t max_size;  // 0: off
};

// The keys of one dataaction_api_key_file.
struct KeyRing {
  std::vector<ApiKey> keys;
  std::string header;  // lower case
};

// The directive that makes a location answer, and where it stands.
struct HandlerDirective {
  ngx_http_handler_pt handler = nullptr;
  std::string name;
  Position at;
};

struct DeliveryConf : DeliveryConfBase {
  HandlerDirective answers;
  const SourceConfig* source = nullptr;    // set where this location streams
  const ActionConfig* action = nullptr;    // set where it calls
  const JsonSchema* call_input = nullptr;  // what the action's contract says of it
  SourceStatus* status = nullptr;          // counters of `source` or `action`
  ngx_uint_t methods = 0;                  // NGX_HTTP_POST, NGX_HTTP_GET; 0: not said
  Position methods_at;
  ngx_str_t source_path{};  // of a file source, resolved
  ngx_uint_t batch_size = NGX_CONF_UNSET_UINT;
  ngx_uint_t max_batch_size = NGX_CONF_UNSET_UINT;
  const KeyRing* keys = nullptr;
  bool keys_set = false;  // `dataaction_api_key_file off` is a setting, too
  Admission* admission = nullptr;
  bool admission_set = false;
};

// Of the source or the action; empty: the location has neither.
std::string_view delivered_name(const DeliveryConf& conf);

void* create_delivery_conf(ngx_conf_t* cf) noexcept;
char* merge_delivery_conf(ngx_conf_t* cf, void* parent, void* child) noexcept;

inline DeliveryConf* delivery_conf(ngx_http_request_t* r) {
  return static_cast<DeliveryConf*>(
      static_cast<DeliveryConfBase*>(ngx_http_get_module_loc_conf(r, ngx_http_dataaction_module)));
}

}  // namespace dataaction
