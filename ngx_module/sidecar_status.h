// The sidecar's own counters, for the status page: one request of kind `status` over the link
// (docs/protocol.md).

#pragma once

#include "ngx_module/ngx.h"

#include <string_view>

namespace dataaction {

// Sends the response; returns what to finalize the request with. `sidecar` is what the sidecar said
// about itself, empty if it could not be asked.
using SendStatus = ngx_int_t (*)(ngx_http_request_t* r, std::string_view sidecar);

// Asks and calls `send`, later, once, unless the client goes away before. `form` is the request's
// (frame::kStatusPrometheus, or nothing). A content handler returns the result to nginx.
ngx_int_t ask_sidecar(ngx_http_request_t* r, std::string_view form, SendStatus send);

}  // namespace dataaction
