// The command line of dataactiond.

#pragma once

#include <expected>
#include <string>

namespace dataaction {

struct Options {
  std::string config_file;
  bool test = false;
};

// The error is what to exit with, after all has been said: 0 for -h and -v.
std::expected<Options, int> parse_options(int argc, const char* const* argv);

}  // namespace dataaction
