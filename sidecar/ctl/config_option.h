// `-c FILE`, which several commands have.

#pragma once

#include <CLI/CLI.hpp>

#include "sidecar/setup.h"

namespace dataaction {

inline CLI::Option* add_config_option(CLI::App& app, std::string& file) {
  file = kDefaultConfig;
  return app.add_option("-c,--config", file, "nginx.conf, or a file with the dataaction block")
      ->type_name("FILE")
      ->capture_default_str();
}

}  // namespace dataaction
