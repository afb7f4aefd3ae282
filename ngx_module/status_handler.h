// `dataaction_status`: the counters as JSON, or as Prometheus text for `?format=prometheus`.

#pragma once

#include "ngx_module/ngx.h"

namespace dataaction {

ngx_int_t status_handler(ngx_http_request_t* r) noexcept;

}  // namespace dataaction
