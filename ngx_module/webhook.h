// `dataaction_stream`: a POST with a JSON body, answered by a stream of records.

#pragma once

#include "ngx_module/ngx.h"

namespace dataaction {

ngx_int_t webhook_handler(ngx_http_request_t* r) noexcept;

}  // namespace dataaction
