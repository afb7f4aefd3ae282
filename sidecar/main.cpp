// dataactiond: the sidecar of nginx's dataaction module.

#include <malloc.h>

#include <cstdio>

#include "sidecar/daemon.h"
#include "sidecar/options.h"
#include "sidecar/runtime/standard_descriptors.h"
#include "sidecar/setup.h"

int main(int argc, char** argv) {
  using namespace dataaction;
  occupy_standard_descriptors();
  const auto options = parse_options(argc, argv);
  if (!options) return options.error();
  if (options->test) return test_setup(options->config_file, "dataactiond");

  // A page of a search and the like would go back to the kernel, to come again with the next.
  mallopt(M_TRIM_THRESHOLD, 4 << 20);
  mallopt(M_MMAP_THRESHOLD, 1 << 20);

  const auto loop = Loop::create();
  if (!loop) {
    std::fprintf(stderr, "dataactiond: [emerg] %s\n", loop.error().message().c_str());
    return kExitFailure;
  }
  return Daemon(**loop, options->config_file).run();
}
