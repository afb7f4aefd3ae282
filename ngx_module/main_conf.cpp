#include "ngx_module/ngx.h"

#include "ngx_module/main_conf.h"
#include "ngx_module/ngx_support.h"

namespace dataaction {

Position position_of(ngx_conf_t* cf) {
  return {std::string(view(cf->conf_file->file.name)), static_cast<unsigned>(cf->conf_file->line)};
}

char* conf_error(ngx_conf_t* cf, const ConfigError& error) {
  ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "%s", describe(error).c_str());
  return static_cast<char*>(NGX_CONF_ERROR);
}

}  // namespace dataaction
