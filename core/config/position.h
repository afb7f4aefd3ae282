// Where something is written in a configuration.

#pragma once

#include <string>

namespace dataaction {

// A line of a configuration file. A directive's line is the one with its `;` or `{`, as nginx
// counts.
struct Position {
  std::string file;
  unsigned line = 0;  // 0: the file as a whole

  bool operator==(const Position&) const = default;
};

// A value and where it was written.
template <typename Value>
struct Placed {
  Value value;
  Position at;
};

}  // namespace dataaction
