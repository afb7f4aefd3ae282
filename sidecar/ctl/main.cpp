// dataactionctl: for the person at the terminal.

#include <csignal>

#include "sidecar/ctl/commands.h"

int main(int argc, char** argv) {
  // A reader that is gone is an error of the write.
  std::signal(SIGPIPE, SIG_IGN);
  return dataaction::run_command(argc, argv);
}
