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

void append_platform(std::string& out, const Platform& platform) {
  const PlatformCounters& counters = platform.counters();
  const Pace& pace = platform.attempts().pace();
  fmt::format_to(std::back_inserter(out),
                 R"({{"requests":{},"failures":{},"retries":{},"rate_limited":{},)"
                 R"("server_errors":{},"unreachable":{},"tokens":{},"unauthorized":{},)"
                 R"("waited_ms":{},"breaker_opened":{},"rate":{},"waiting":{},"breakers":{{)",
                 counters.requests, counters.failures, counters.retries, counters.rate_limited,
                 counters.server_errors, counters.unreachable, counters.tokens,
                 counters.unauthorized, counters.waited_ms, counters.breaker_opened,
                 pace.bucket().rate(), pace.waiting());
  for (size_t i = 0; i < kRoutes; ++i) {
    const auto route = static_cast<Route>(i);
    fmt::format_to(std::back_inserter(out), R"({}"{}":"{}")", i > 0 ? "," : "", name_of(route),
                   name_of(platform.attempts().breaker(route)));
  }
  out += "}}";
}

// `append` for each of a map's values, by name.
template <typename Map, typename Append>
void append_object(std::string& out, const Map& map, Append append) {
  out += '{';
  bool first = true;
  for (const auto& [name, value] : map) {
    if (!std::exchange(first, false)) out += ',';
    append_json_string(out, name);
    out += ':';
    append(out, value);
  }
  out += '}';
}

}  // namespace

std::string status_record(const LinkContext& context) {
  const Catalog& catalog = *context.catalog;
  const auto uptime =
      std::chrono::duration_cast<std::chrono::seconds>(context.clock.now() - context.started);
  std::string out = fmt::format(
      R"({{"pid":{},"version":"{}","uptime":{},"digest":"{:016x}","generation":{},)"
      R"("connections":{},"streams":{},"statements":{{"open":{},"used":{}}},"platforms":)",
      ::getpid(), kVersion, uptime.count(), catalog.config().digest, catalog.generation(),
      context.connections, context.streams, catalog.open_statements(), catalog.used_statements());
  append_object(out, catalog.platforms(),
                [](std::string& to, const auto& platform) { append_platform(to, *platform); });
  out += R"(,"sources":)";
  append_object(out, catalog.sources(),
                [](std::string& to, const auto& source) { append_source(to, source->counters()); });
  out += "}\n";
  return out;
}

}  // namespace dataaction
