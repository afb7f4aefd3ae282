// Headers by name, and answers in one piece.

#pragma once

#include "ngx_module/ngx.h"

#include <string_view>

#include "core/stream/record_shaper.h"

namespace dataaction {

// The first request header of that name (lower case); empty if there is none.
std::string_view request_header(ngx_http_request_t* r, std::string_view lowcase_name);

// Adds a response header; `name` is a literal, `value` is copied. False without memory.
bool add_response_header(ngx_http_request_t* r, std::string_view name, std::string_view value);

// Sets status 200 and the content type of a stream; the length is not known.
void set_stream_headers(ngx_http_request_t* r, Format format);

// Sends header and body of an answer that is known whole. The status is 200 unless one is set.
// Returns what to finalize the request with.
ngx_int_t send_text(ngx_http_request_t* r, std::string_view content_type, std::string_view text);

}  // namespace dataaction
