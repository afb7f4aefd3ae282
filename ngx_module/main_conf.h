// What the module knows of the whole configuration: the `dataaction` block, and every location that
// refers to it. Made once a configuration cycle, lives in its pool, read-only in the workers.

#pragma once

#include "ngx_module/ngx.h"

#include <optional>
#include <string>
#include <vector>

#include "core/config/config.h"
#include "core/contract/contract.h"

namespace dataaction {

struct DeliveryConf;
struct StatusZone;

// A place in the configuration that named a source or an action: checked when all of it has been
// read.
struct Reference {
  DeliveryConf* conf;
  std::string name;
  bool call;  // an action
  Position at;
};

struct MainConf {
  std::optional<Config> block;  // empty: no `dataaction` block was seen
  ngx_str_t directory{};        // of the configuration file; relative paths start here
  std::vector<Reference> references;
  std::vector<Contract> contracts;  // of the block's actions, in their order
  ngx_http_upstream_srv_conf_t* default_upstream = nullptr;  // the block's `listen`
  std::vector<ngx_http_upstream_srv_conf_t*> upstreams;  // every one that `dataaction_pass` names
  std::vector<void*> idle_connections;                   // IdleConnections of each of them
  StatusZone* status = nullptr;
};

inline MainConf* main_conf(ngx_conf_t* cf) {
  return static_cast<MainConf*>(ngx_http_conf_get_module_main_conf(cf, ngx_http_dataaction_module));
}

inline MainConf* main_conf(ngx_http_request_t* r) {
  return static_cast<MainConf*>(ngx_http_get_module_main_conf(r, ngx_http_dataaction_module));
}

// Where nginx's parser stands.
Position position_of(ngx_conf_t* cf);

// Logs `MESSAGE in FILE:LINE` and returns NGX_CONF_ERROR.
char* conf_error(ngx_conf_t* cf, const ConfigError& error);

}  // namespace dataaction
