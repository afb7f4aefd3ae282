// Handlers of the delivery directives that nginx's own slot functions cannot read.

#pragma once

#include "ngx_module/ngx.h"

#include "ngx_module/main_conf.h"

namespace dataaction {

char* set_stream(ngx_conf_t* cf, ngx_command_t* cmd, void* conf) noexcept;
char* set_call(ngx_conf_t* cf, ngx_command_t* cmd, void* conf) noexcept;
char* set_methods(ngx_conf_t* cf, ngx_command_t* cmd, void* conf) noexcept;
char* set_status(ngx_conf_t* cf, ngx_command_t* cmd, void* conf) noexcept;
char* set_error_handler(ngx_conf_t* cf, ngx_command_t* cmd, void* conf) noexcept;
// Of a directive whose `post` is a table of ngx_conf_enum_t.
char* set_choice(ngx_conf_t* cf, ngx_command_t* cmd, void* conf) noexcept;
char* set_batch_size(ngx_conf_t* cf, ngx_command_t* cmd, void* conf) noexcept;
char* set_max_size(ngx_conf_t* cf, ngx_command_t* cmd, void* conf) noexcept;
char* set_api_key_file(ngx_conf_t* cf, ngx_command_t* cmd, void* conf) noexcept;
char* set_max_streams(ngx_conf_t* cf, ngx_command_t* cmd, void* conf) noexcept;
char* set_pass(ngx_conf_t* cf, ngx_command_t* cmd, void* conf) noexcept;

// Bounds of dataaction_buffer_size, for its post handler.
extern ngx_conf_post_t buffer_size_bounds;

}  // namespace dataaction
