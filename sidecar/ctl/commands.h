// The commands of dataactionctl.

#pragma once

namespace dataaction {

// Does what the command line says. An exit code.
int run_command(int argc, const char* const* argv);

}  // namespace dataaction
