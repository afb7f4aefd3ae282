// What the locations refer to, once the whole configuration is known: sources, actions, and the
// actions' contracts.

#pragma once

#include "ngx_module/ngx.h"

#include "ngx_module/main_conf.h"

namespace dataaction {

// Reads the contract of each action of the block. Both log the first mistake.
bool load_contracts(ngx_conf_t* cf, MainConf& main);

// Finds the source of every `dataaction_stream` and the action of every `dataaction_call`.
bool resolve_references(ngx_conf_t* cf, const MainConf& main);

}  // namespace dataaction
