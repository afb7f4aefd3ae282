// The link's side of nginx's upstream machinery: the callbacks that encode the request, read the
// head of the answer, and hand the connection over to LinkProducer.

#pragma once

#include "ngx_module/ngx.h"

namespace dataaction {

// Prepares r->upstream and starts it. The request's context has a stream whose producer is a
// LinkProducer.
void start_upstream(ngx_http_request_t* r, ngx_http_upstream_conf_t& conf);

// Makes r->upstream for the link, without callbacks. nullptr: the request has been finalized.
ngx_http_upstream_t* make_upstream(ngx_http_request_t* r, ngx_http_upstream_conf_t& conf);

// What the upstream is to send: an encoded frame in the request's pool.
ngx_int_t set_request(ngx_http_request_t* r, const ngx_str_t& frame);

// Whether the request's upstream is a stream over the link.
bool is_link(const ngx_http_request_t* r);

// Gives the connection up (back to the idle ones if u->keepalive says so) and the request back to
// its handler, which may then answer in any way.
void release_upstream(ngx_http_request_t* r);

}  // namespace dataaction
