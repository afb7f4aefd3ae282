#include "sidecar/ctl/command.h"

#include <cstdio>

namespace dataaction {

int fail(int code, const std::string& message) {
  say(message);
  return code;
}

void say(const std::string& message) {
  std::fprintf(stderr, "dataactionctl: %s\n", message.c_str());
}

}  // namespace dataaction
