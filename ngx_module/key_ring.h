// API keys of a webhook: the file is read when nginx reads its configuration (as root, where it
// runs as root), the workers hold SHA-256 digests only.

#pragma once

#include "ngx_module/ngx.h"

#include <string>

#include "ngx_module/delivery_conf.h"

namespace dataaction {

// The keys in `file`, relative to the configuration's directory; nullptr after an error was logged
// with the lines of the key file and of the directive.
const KeyRing* load_key_ring(ngx_conf_t* cf, const ngx_str_t& file, const std::string& header);

// The key that the request carries, or nullptr. The time it takes does not depend on the answer.
const ApiKey* presented_key(ngx_http_request_t* r, const KeyRing& ring);

}  // namespace dataaction
