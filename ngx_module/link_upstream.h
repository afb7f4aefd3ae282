// The link's side of nginx's upstream machinery: the callbacks that encode the request, read the
// head of the answer, and hand the connection over to LinkProducer.

#pragma once

#include "ngx_module/ngx.h"

#include "core/webhook/error_reply.h"

namespace dataaction {

class RequestContext;

// Prepares r->upstream and starts it. The request's context has a stream whose producer is a
// LinkProducer.
void start_upstream(ngx_http_request_t* r, ngx_http_upstream_conf_t& conf);

// Makes r->upstream for the link, without callbacks. nullptr: the request has been finalized.
ngx_http_upstream_t* make_upstream(ngx_http_request_t* r, ngx_http_upstream_conf_t& conf);

// What the upstream is to send: an encoded frame in the request's pool.
ngx_int_t set_request(ngx_http_request_t* r, const ngx_str_t& frame);

// For a HEAD of another version, which is logged. Another sidecar may be of ours.
ErrorReply other_version(ngx_http_request_t* r, uint8_t version);

// In nginx's finalize_request(), where no header has gone out: the refusal that is remembered, or
// one for nginx's status `rc`. nginx itself would send HTML.
void note_failure(ngx_http_request_t* r, RequestContext& context, ngx_int_t rc);
void send_refusal(ngx_http_request_t* r, const RequestContext& context, ngx_int_t rc);

// There, too: a response of ours in the place of nginx's.
template <typename Send>
void send_instead(ngx_http_request_t* r, Send send) {
  if (r != r->main && r->header_only) return;  // nginx would end the main request with it
  r->keepalive = 0;  // nginx's upstream closes after a failure: the header has to say so
  if (send() == NGX_ERROR) return;
  r->upstream->header_sent = 1;  // nginx then ends the request without a response of its own
}

// Whether the request's upstream is one of make_upstream().
bool is_link(const ngx_http_request_t* r);

// Gives the connection up (back to the idle ones if u->keepalive says so) and the request back to
// its handler, which may then answer in any way.
void release_upstream(ngx_http_request_t* r);

}  // namespace dataaction
