// What dataactiond and dataactionctl exit with. docs/operations.md promises these numbers.

#pragma once

namespace dataaction {

enum ExitCode : int {
  kExitOk = 0,
  kExitConfiguration = 1,  // -t would say so too
  kExitUsage = 2,
  kExitAlreadyRunning = 3,  // another instance has the socket
  kExitFailure = 4,         // the system said no; for dataactionctl: the sidecar does not answer
};

}  // namespace dataaction
