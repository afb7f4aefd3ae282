// dataactionctl: for the person at the terminal.

#include "sidecar/ctl/commands.h"

int main(int argc, char** argv) {
  return dataaction::run_command(argc, argv);
}
