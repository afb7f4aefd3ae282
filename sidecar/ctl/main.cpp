// dataactionctl: for the person at the terminal.

#include <csignal>

#include "sidecar/ctl/commands.h"
#include "sidecar/runtime/standard_descriptors.h"

int main(int argc, char** argv) {
  dataaction::occupy_standard_descriptors();
  // A reader that is gone is an error of the write.
  std::signal(SIGPIPE, SIG_IGN);
  return dataaction::run_command(argc, argv);
}
