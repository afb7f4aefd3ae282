#include "core/status/status_report.h"

#include <string_view>

#include "core/json/json_object.h"
#include "core/status/exposition.h"

namespace dataaction {
namespace {

std::string hex(uint64_t value) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out(16, '0');
  for (size_t at = 16; at-- > 0; value >>= 4) out[at] = kDigits[value & 15];
  return out;
}

bool is_unused(const StatusReport::Link& link) {
  return !link.up && link.last_answer == 0 && link.last_failure == 0;
}

// Never failed, or answered since.
bool is_up(const StatusReport::Link& link) {
  return link.up.value_or(link.last_answer > 0 && link.last_answer >= link.last_failure);
}

std::string_view link_state(const StatusReport::Link& link) {
  if (is_unused(link)) return "unused";
  return is_up(link) ? "up" : "down";
}

void write_source(std::string& out, const StatusReport::Source& source) {
  JsonObject object(out);
  object.number("requests", source.requests);
  object.number("active", source.active);
  object.number("records", source.records);
  object.number("bytes", source.bytes);
  object.number("stalls", source.stalls);
  object.key("ends");
  JsonObject ends(out);
  for (size_t i = 0; i < source.ends.size(); ++i)
    ends.number(counter_name(static_cast<EndReason>(i)), source.ends[i]);
}

std::string source_label(const StatusReport::Source& source) {
  return label("source", source.name);
}

}  // namespace

std::string status_json(const StatusReport& report, std::string_view sidecar) {
  std::string out;
  {
    JsonObject top(out);
    top.key("configuration");
    {
      JsonObject configuration(out);
      configuration.string("worker", hex(report.worker_digest));
      if (report.sidecar_digest == 0) {
        configuration.key("sidecar") += "null";
      } else {
        configuration.string("sidecar", hex(report.sidecar_digest));
      }
    }
    top.key("link");
    {
      JsonObject link(out);
      link.string("state", link_state(report.link));
      link.number("connects", report.link.connects);
      link.number("reuses", report.link.reuses);
      link.number("failures", report.link.failures);
      link.number("last_answer", report.link.last_answer);
      link.number("last_failure", report.link.last_failure);
    }
    top.key("sources");
    {
      JsonObject sources(out);
      for (const StatusReport::Source& source : report.sources) {
        write_source(sources.key(source.name), source);
      }
    }
    top.key("sidecar") += sidecar.empty() ? "null" : sidecar;
  }
  out += '\n';
  return out;
}

std::string status_prometheus(const StatusReport& report) {
  using Source = StatusReport::Source;
  struct Counter {
    std::string_view name;
    std::string_view type;
    std::string_view help;
    uint64_t Source::* value;
  };
  constexpr Counter kCounters[] = {
      {"dataaction_requests_total", "counter", "Streams started.", &Source::requests},
      {"dataaction_records_total", "counter", "Records delivered.", &Source::records},
      {"dataaction_bytes_total", "counter", "Bytes of body, before other filters.", &Source::bytes},
      {"dataaction_stalls_total", "counter", "Times a stream waited for its client.",
       &Source::stalls},
      {"dataaction_active_streams", "gauge", "Streams that run now.", &Source::active},
  };
  Exposition exposition;
  for (const Counter& counter : kCounters) {
    exposition.metric(counter.name, counter.type, counter.help);
    for (const Source& source : report.sources) {
      exposition.sample(source_label(source), source.*counter.value);
    }
  }
  exposition.metric("dataaction_ends_total", "counter", "Streams ended, by reason.");
  for (const Source& source : report.sources) {
    for (size_t i = 0; i < source.ends.size(); ++i) {
      exposition.sample(
          source_label(source) + "," + label("reason", counter_name(static_cast<EndReason>(i))),
          source.ends[i]);
    }
  }
  if (!is_unused(report.link)) {
    exposition.metric("dataaction_link_up", "gauge", "1 if the sidecar answered when last asked.");
    exposition.sample("", is_up(report.link) ? 1 : 0);
  }
  exposition.metric("dataaction_link_connects_total", "counter",
                    "Connections made to the sidecar.");
  exposition.sample("", report.link.connects);
  exposition.metric("dataaction_link_reuses_total", "counter",
                    "Requests sent on an idle connection.");
  exposition.sample("", report.link.reuses);
  exposition.metric("dataaction_link_failures_total", "counter", "Answers that the link broke.");
  exposition.sample("", report.link.failures);
  exposition.metric("dataaction_configuration_stale", "gauge",
                    "1 if the sidecar has another configuration than the workers.");
  exposition.sample("",
                    report.sidecar_digest != 0 && report.sidecar_digest != report.worker_digest);
  return exposition.take();
}

}  // namespace dataaction
