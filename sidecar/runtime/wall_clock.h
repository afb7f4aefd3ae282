// What the calendar says, passed in as Clock is: for dates in HTTP headers and for "the last day".
// May jump; nobody waits by it.

#pragma once

#include <chrono>

namespace dataaction {

class WallClock {
 public:
  virtual ~WallClock() = default;

  // Since 1970 in UTC.
  virtual std::chrono::milliseconds now() const = 0;
};

class SystemWallClock final : public WallClock {
 public:
  std::chrono::milliseconds now() const override {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since);
  }
};

}  // namespace dataaction
