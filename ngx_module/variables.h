// The $dataaction_* variables (docs/directives.md).

#pragma once

#include "ngx_module/ngx.h"

namespace dataaction {

ngx_int_t add_variables(ngx_conf_t* cf) noexcept;

}  // namespace dataaction
