// What platforms work with, without a network, without chance, and with time that the test moves.

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sidecar/platform/platform_services.h"
#include "tests/sidecar/platform/fake_transport.h"

namespace dataaction {

class FakeCalendar final : public WallClock {
 public:
  std::chrono::milliseconds now() const override {
    if (asked) asked();
    return time;
  }

  std::function<void()> asked;  // before each answer; may be empty
  std::chrono::milliseconds time{1'700'000'000'000};
};

class FakeRandom final : public Random {
 public:
  double unit() override { return value; }

  double value = 0.5;
};

struct FakeServices {
  FakeServices(Loop& loop, Clock& clock, const std::string& log_file)
      : http(clock),
        files(std::move(*ThreadPool::create(loop, "files", 1, 16))),
        log(std::move(*Log::open(log_file, LogLevel::kDebug, LogFormat::kPlain))),
        all{http, clock, calendar, random, *files, log} {}

  FakeTransport http;
  FakeCalendar calendar;
  FakeRandom random;
  std::unique_ptr<ThreadPool> files;
  Log log;
  const PlatformServices all;
};

}  // namespace dataaction
