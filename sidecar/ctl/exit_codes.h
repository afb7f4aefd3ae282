// What dataactionctl exits with beside the codes of sidecar/exit_code.h. docs/dataactionctl.md
// promises these numbers.

#pragma once

#include <csignal>

#include "sidecar/exit_code.h"

namespace dataaction {

// An answer is broken, or not all of it; `doctor` found something.
inline constexpr int kExitIncomplete = 1;
// Client, secret or token is not accepted: 401.
inline constexpr int kExitCredentials = 5;
// Any other 4xx: asking again in the same way is of no use.
inline constexpr int kExitRefused = 6;
// 429, 5xx, out of time: asking again later may be of use.
inline constexpr int kExitUnavailable = 7;
// And the signal's number: SIGINT is 130.
inline constexpr int kExitSignal = 128;
// Nobody reads standard output any more.
inline constexpr int kExitClosed = kExitSignal + SIGPIPE;

// Of an answer that is no success.
constexpr int exit_for_status(int status) {
  if (status == 401) return kExitCredentials;
  return status == 408 || status == 429 || status >= 500 ? kExitUnavailable : kExitRefused;
}

}  // namespace dataaction
