// Counters in shared memory: one zone for all workers, kept over a reload. What a counter means is
// in docs/status.md.
//
// Gauges of what is active are kept a worker each, in the slot of its process, and cleared when a
// worker starts there: one that was killed leaves nothing behind.

#pragma once

#include "ngx_module/ngx.h"

#include <cstdint>
#include <string>
#include <vector>

#include "core/config/config.h"
#include "core/status/status_report.h"
#include "core/stream/ending.h"

namespace dataaction {

// In shared memory; only ever changed by atomic additions.
struct SourceStatus {
  void started();
  void add(uint64_t records, uint64_t bytes);
  void add_stall();
  void ended(EndReason reason);

  char name[65];
  ngx_atomic_t requests;
  ngx_atomic_t records;
  ngx_atomic_t bytes;
  ngx_atomic_t stalls;
  ngx_atomic_t ends[kEndReasonNames.size()];
  ngx_atomic_t active[NGX_MAX_PROCESSES];
  SourceStatus* next;
};

struct SharedStatus {
  SourceStatus* sources;
  ngx_atomic_t link_connects;
  ngx_atomic_t link_reuses;
  ngx_atomic_t link_failures;
  ngx_atomic_t link_last_answer;   // seconds since the epoch
  ngx_atomic_t link_last_failure;  // likewise
  ngx_atomic_t sidecar_digest;
};

class StatusZone {
 public:
  // Asks nginx for the zone of a configuration; it is there when the configuration takes effect.
  // nullptr after an error was logged.
  static StatusZone* add(ngx_conf_t* cf, const Config& config);

  // The counters of a source or an action of the configuration. After the zone is there.
  SourceStatus* source(std::string_view name) const;

  // Clears this process's gauges. In each worker, before it serves.
  void enter_worker();

  void link_connected();
  void link_reused();
  void link_failed();
  void sidecar_answered(uint64_t digest);

  StatusReport report() const;

 private:
  static ngx_int_t init_zone(ngx_shm_zone_t* zone, void* old) noexcept;
  ngx_int_t attach(ngx_shm_zone_t* zone, StatusZone* old);

  const Config* config_ = nullptr;
  SharedStatus* shared_ = nullptr;
  std::vector<SourceStatus*> sources_;  // then the actions, in the order of the configuration
};

}  // namespace dataaction
