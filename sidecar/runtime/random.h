// Randomness, passed in: for waits that should differ from those of others. Not for secrets.

#pragma once

#include <random>

namespace dataaction {

class Random {
 public:
  virtual ~Random() = default;

  // In [0, 1).
  virtual double unit() = 0;
};

class SystemRandom final : public Random {
 public:
  double unit() override { return std::uniform_real_distribution<double>()(engine_); }

 private:
  std::mt19937_64 engine_{std::random_device()()};
};

}  // namespace dataaction
