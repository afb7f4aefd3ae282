// Idle connections to the sidecars, kept by each worker: the link needs no `keepalive` in an
// `upstream` block, and none where it is reached by the block's `listen` alone. As many as a crowd
// of calls needs the next time; but those of all workers to one `upstream` leave half of the
// block's `max_connections` to whoever comes.

#pragma once

#include "ngx_module/ngx.h"

namespace dataaction {

// Puts itself in front of the balancer of `upstream`. To be called after nginx has set that up,
// once a configuration. False without memory.
bool keep_connections(ngx_conf_t* cf, ngx_http_upstream_srv_conf_t* upstream);

}  // namespace dataaction
