// The status page: the counters of all workers as JSON or as Prometheus text (exposition format
// 0.0.4). What each means is in docs/status.md.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/stream/ending.h"

namespace dataaction {

struct StatusReport {
  struct Link {
    uint64_t connects = 0;
    uint64_t reuses = 0;
    uint64_t failures = 0;
    uint64_t last_answer = 0;   // seconds since the epoch; 0: never
    uint64_t last_failure = 0;  // likewise
    std::optional<bool> up;     // whether it answered for this report; nothing if it was not asked
  };

  struct Source {
    std::string name;
    uint64_t requests = 0;
    uint64_t records = 0;
    uint64_t bytes = 0;
    uint64_t stalls = 0;
    uint64_t active = 0;
    std::array<uint64_t, kEndReasonNames.size()> ends{};
  };

  uint64_t worker_digest = 0;
  uint64_t sidecar_digest = 0;  // 0: it has not answered yet
  Link link;
  std::vector<Source> sources;
};

// `sidecar`: the sidecar's own record, in compact JSON; empty: there is none.
std::string status_json(const StatusReport& report, std::string_view sidecar);
// The sidecar's own text may stand behind it: it has no metric of these names.
std::string status_prometheus(const StatusReport& report);

}  // namespace dataaction
