// The end of the process for a broken promise of our own code: never for bad input, a full disk or
// a peer that misbehaves, which are errors (error.h).
//
// After a bug nobody knows what the state is worth, so the daemon says what it saw and dies;
// whoever streams through it gets an answer that is ended as configured, and the service manager
// starts it anew.

#pragma once

#include <string_view>

namespace dataaction {

// Writes `what` to stderr and aborts.
[[noreturn]] void bug(std::string_view what) noexcept;

}  // namespace dataaction
