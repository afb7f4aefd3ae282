// The request body in one piece, wherever nginx has put it.

#pragma once

#include "ngx_module/ngx.h"

#include <optional>
#include <string_view>

namespace dataaction {

// After ngx_http_read_client_request_body(); the bytes live as long as the request. Nothing if
// there is no memory or the temporary file cannot be read (logged).
std::optional<std::string_view> request_body(ngx_http_request_t* r);

}  // namespace dataaction
