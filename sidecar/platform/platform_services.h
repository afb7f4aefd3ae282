// What every platform works with: passed in, so that expiry, waits and failures are tested without
// a network and without time. All of it outlives the platforms.

#pragma once

#include "sidecar/runtime/clock.h"
#include "sidecar/runtime/http.h"
#include "sidecar/runtime/log.h"
#include "sidecar/runtime/random.h"
#include "sidecar/runtime/thread_pool.h"
#include "sidecar/runtime/wall_clock.h"

namespace dataaction {

struct PlatformServices {
  HttpTransport& http;
  Clock& clock;
  WallClock& calendar;
  Random& random;
  ThreadPool& files;  // secrets are read on it
  Log& log;
};

}  // namespace dataaction
