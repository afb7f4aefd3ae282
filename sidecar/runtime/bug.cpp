#include "sidecar/runtime/bug.h"

#include <cstdio>
#include <cstdlib>

namespace dataaction {

void bug(std::string_view what) noexcept {
  std::fprintf(stderr, "[alert] bug: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

}  // namespace dataaction
