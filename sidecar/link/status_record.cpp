#include "sidecar/link/status_record.h"

#include <fmt/format.h>
#include <unistd.h>

#include "core/json_writer.h"
#include "sidecar/link/version.h"

namespace dataaction {
namespace {

void append_source(std::string& out, const SourceCounters& counters) {
  fmt::format_to(
      std::back_inserter(out),
      R"({{"requests":{},"records":{},"errors":{},"duplicates":{},"forgotten":{},"ends":{{)",
      counters.requests, counters.records, counters.errors, counters.duplicates,
      counters.forgotten);
  for (size_t i = 0; i < counters.ends.size(); ++i) {
    if (static_cast<EndReason>(i) == EndReason::kRefused) continue;  // an error, never an end
    if (i > 0) out += ',';
    append_json_string(out, i == 0 ? std::string_view("complete") : kEndReasonNames[i]);
    out += ':';
    append_json_integer(out, counters.ends[i]);
  }
  out += "}}";
}

}  // namespace

std::string status_record(const LinkContext& context) {
  const Catalog& catalog = *context.catalog;
  const auto uptime =
      std::chrono::duration_cast<std::chrono::seconds>(context.clock.now() - context.started);
  std::string out = fmt::format(
      R"({{"pid":{},"version":"{}","uptime":{},"digest":"{:016x}","generation":{},)"
      R"("connections":{},"streams":{},"statements":{{"open":{},"used":{}}},"sources":{{)",
      ::getpid(), kVersion, uptime.count(), catalog.config().digest, catalog.generation(),
      context.connections, context.streams, catalog.open_statements(), catalog.used_statements());
  bool first = true;
  for (const auto& [name, source] : catalog.sources()) {
    if (!std::exchange(first, false)) out += ',';
    append_json_string(out, name);
    out += ':';
    append_source(out, source->counters());
  }
  out += "}}\n";
  return out;
}

}  // namespace dataaction
