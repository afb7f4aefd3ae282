// `-c FILE`, which several commands have.

#pragma once

#include "sidecar/ctl/command_line.h"
#include "sidecar/setup.h"

namespace dataaction {

inline Option add_config_option(CommandOptions& options, std::string& file) {
  file = kDefaultConfig;
  return options.add("-c,--config", file, "nginx.conf, or a file with the dataaction block")
      .type("FILE")
      .show_default();
}

}  // namespace dataaction
