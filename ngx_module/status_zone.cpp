#include "ngx_module/ngx.h"

#include <algorithm>
#include <cstring>

#include "ngx_module/ngx_support.h"
#include "ngx_module/status_zone.h"

namespace dataaction {
namespace {

void add_to(ngx_atomic_t& counter, uint64_t amount) {
  ngx_atomic_fetch_add(&counter, static_cast<ngx_atomic_int_t>(amount));
}

SourceStatus* find_source(const SharedStatus& shared, std::string_view name) {
  for (SourceStatus* source = shared.sources; source != nullptr; source = source->next) {
    if (name == source->name) return source;
  }
  return nullptr;
}

SourceStatus* add_source(ngx_slab_pool_t* slab, SharedStatus& shared, std::string_view name) {
  auto* const source = static_cast<SourceStatus*>(ngx_slab_calloc(slab, sizeof(SourceStatus)));
  if (source == nullptr) return nullptr;
  memcpy(source->name, name.data(), name.size());
  source->next = shared.sources;
  shared.sources = source;
  return source;
}

}  // namespace

void SourceStatus::started() {
  add_to(requests, 1);
  add_to(active[ngx_process_slot], 1);
}

void SourceStatus::add(uint64_t more_records, uint64_t more_bytes) {
  add_to(records, more_records);
  add_to(bytes, more_bytes);
}

void SourceStatus::add_stall() {
  add_to(stalls, 1);
}

void SourceStatus::ended(EndReason reason) {
  add_to(ends[static_cast<size_t>(reason)], 1);
  ngx_atomic_fetch_add(&active[ngx_process_slot], static_cast<ngx_atomic_int_t>(-1));
}

StatusZone* StatusZone::add(ngx_conf_t* cf, const Config& config) {
  static ngx_str_t name = ngx_string("dataaction_status");
  auto* const status = make_in_pool<StatusZone>(cf->pool);
  if (status == nullptr) return nullptr;
  status->config_ = &config;
  ngx_shm_zone_t* const zone =
      ngx_shared_memory_add(cf, &name, config.status_zone_size, &ngx_http_dataaction_module);
  if (zone == nullptr) return nullptr;
  zone->init = init_zone;
  zone->data = status;
  return status;
}

ngx_int_t StatusZone::init_zone(ngx_shm_zone_t* zone, void* old) noexcept {
  return guarded(
      zone->shm.log, [] { return ngx_int_t{NGX_ERROR}; },
      [&] {
        return static_cast<StatusZone*>(zone->data)->attach(zone, static_cast<StatusZone*>(old));
      });
}

ngx_int_t StatusZone::attach(ngx_shm_zone_t* zone, StatusZone* old) {
  auto* const slab = reinterpret_cast<ngx_slab_pool_t*>(zone->shm.addr);
  if (old != nullptr) {
    shared_ = old->shared_;
  } else if (zone->shm.exists) {
    shared_ = static_cast<SharedStatus*>(slab->data);
  } else {
    shared_ = static_cast<SharedStatus*>(ngx_slab_calloc(slab, sizeof(SharedStatus)));
    slab->data = shared_;
  }
  const auto add = [&](const std::string& name) {
    SourceStatus* source = shared_ == nullptr ? nullptr : find_source(*shared_, name);
    if (source == nullptr && shared_ != nullptr) source = add_source(slab, *shared_, name);
    if (source != nullptr) sources_.push_back(source);
    return source != nullptr;
  };
  const bool added = std::ranges::all_of(config_->sources, add, &SourceConfig::name) &&
                     std::ranges::all_of(config_->actions, add, &ActionConfig::name);
  if (added) return NGX_OK;
  ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0,
                "dataaction: \"status_zone_size\" is too small for the sources and actions");
  return NGX_ERROR;
}

SourceStatus* StatusZone::source(std::string_view name) const {
  return find_source(*shared_, name);
}

void StatusZone::enter_worker() {
  for (SourceStatus* source = shared_->sources; source != nullptr; source = source->next) {
    source->active[ngx_process_slot] = 0;
  }
}

void StatusZone::link_connected() {
  add_to(shared_->link_connects, 1);
}
void StatusZone::link_reused() {
  add_to(shared_->link_reuses, 1);
}

void StatusZone::link_failed() {
  add_to(shared_->link_failures, 1);
  shared_->link_last_failure = static_cast<ngx_atomic_uint_t>(ngx_time());
}

void StatusZone::sidecar_answered(uint64_t digest) {
  shared_->sidecar_digest = digest;
  shared_->link_last_answer = static_cast<ngx_atomic_uint_t>(ngx_time());
}

StatusReport StatusZone::report() const {
  StatusReport report;
  report.worker_digest = config_->digest;
  report.sidecar_digest = shared_->sidecar_digest;
  report.link = {shared_->link_connects,    shared_->link_reuses,       shared_->link_failures,
                 shared_->link_last_answer, shared_->link_last_failure, {}};
  for (const SourceStatus* source : sources_) {
    StatusReport::Source& entry = report.sources.emplace_back();
    entry.name = source->name;
    entry.requests = source->requests;
    entry.records = source->records;
    entry.bytes = source->bytes;
    entry.stalls = source->stalls;
    for (size_t i = 0; i < entry.ends.size(); ++i) entry.ends[i] = source->ends[i];
    for (const ngx_atomic_t& active : source->active) entry.active += active;
  }
  return report;
}

}  // namespace dataaction
