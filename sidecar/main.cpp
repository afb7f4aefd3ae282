// dataactiond: the sidecar of nginx's dataaction module.

#include <cstdio>

#include "sidecar/daemon.h"
#include "sidecar/options.h"
#include "sidecar/setup.h"

int main(int argc, char** argv) {
  using namespace dataaction;
  const auto options = parse_options(argc, argv);
  if (!options) return options.error();
  if (options->test) return test_setup(options->config_file, "dataactiond");

  const auto loop = Loop::create();
  if (!loop) {
    std::fprintf(stderr, "dataactiond: [emerg] %s\n", loop.error().message().c_str());
    return kExitFailure;
  }
  return Daemon(**loop, options->config_file).run();
}
