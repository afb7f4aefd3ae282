// How much work one check may still do, in units of about the time of a virtual call. What a schema
// costs depends on the input as well (alternatives in alternatives, enumerations over long arrays,
// regular expressions), and a worker has other requests: whoever checks pays here first, and gives
// up when nothing is left.

#pragma once

#include <cstdint>

namespace dataaction {

class Effort {
 public:
  explicit Effort(uint64_t most) : left_(most) {}

  // False, now and from now on, if there is less than `units` left.
  bool spend(uint64_t units) {
    if (units > left_) {
      left_ = 0;
      exhausted_ = true;
    }
    if (exhausted_) return false;
    left_ -= units;
    return true;
  }
  bool exhausted() const { return exhausted_; }

 private:
  uint64_t left_;
  bool exhausted_ = false;
};

}  // namespace dataaction
