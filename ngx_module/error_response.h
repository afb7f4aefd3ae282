// Answers that are errors: ours, in JSON, and those that nginx raises itself.

#pragma once

#include "ngx_module/ngx.h"

#include "core/stream/ending.h"
#include "core/webhook/error_reply.h"

namespace dataaction {

class RequestContext;

// Ends the request with `reply`: through the location's `error_page` if that names its status, as
// JSON otherwise. Logs the line. To be called once, before a header was sent; `r` may be gone
// afterwards.
void refuse(ngx_http_request_t* r, RequestContext& context, ErrorReply reply);

// The same from a content handler, which returns its result to nginx.
ngx_int_t refuse_in_handler(ngx_http_request_t* r, RequestContext& context, ErrorReply reply);

// Sends header and body of the reply; returns what to finalize the request with.
ngx_int_t send_error(ngx_http_request_t* r, const ErrorReply& reply, std::string_view context_id);

// Logs the context's refusal: an error if it is ours or the sidecar's, a warning if it is about the
// API key, an info otherwise.
void log_refusal(ngx_http_request_t* r, const RequestContext& context);

// For an answer that ended early and without a record: what is said instead of nothing.
ErrorReply reply_for(EndReason reason);

// Whether the location's `error_page` would take a response of that status.
bool has_error_page(ngx_http_request_t* r, ngx_uint_t status);

// The content handler of `dataaction_error`: the JSON body for the status that brought the request
// here.
ngx_int_t error_handler(ngx_http_request_t* r) noexcept;

}  // namespace dataaction
