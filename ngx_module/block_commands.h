// The `dataaction` block as nginx parses it: nginx's own parser finds the words, core's
// ConfigBuilder says what they mean, so that nginx and the sidecar agree on every directive and
// every message.

#pragma once

#include "ngx_module/ngx.h"

namespace dataaction {

// The handler of `dataaction { ... }` in http.
char* set_dataaction_block(ngx_conf_t* cf, ngx_command_t* cmd, void* conf) noexcept;

}  // namespace dataaction
