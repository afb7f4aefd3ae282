// The sidecar's own counters, for the status page: one request of kind `status` over the link
// (docs/protocol.md).

#pragma once

#include "ngx_module/ngx.h"

#include <optional>
#include <string_view>

namespace dataaction {

// Sends the response; returns what to finalize the request with. `up`: whether the sidecar
// answered, nothing if it was not asked. `sidecar`: what it said about itself.
using SendStatus = ngx_int_t (*)(ngx_http_request_t* r, std::optional<bool> up,
                                 std::string_view sidecar);

// Asks and calls `send`, later, once, unless the client goes away before. `form` is the request's
// (frame::kStatusPrometheus, or nothing). A content handler returns the result to nginx.
ngx_int_t ask_sidecar(ngx_http_request_t* r, std::string_view form, SendStatus send);

}  // namespace dataaction
