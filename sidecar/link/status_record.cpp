#include "sidecar/link/status_record.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>

#include "core/json/json_object.h"
#include "core/status/exposition.h"
#include "sidecar/link/version.h"

namespace dataaction {
namespace {

template <typename Owner>
struct Counter {
  std::string_view name;  // in JSON; in Prometheus with a prefix, and `_total` behind
  std::string_view help;
  uint64_t Owner::* value;
};

constexpr std::array<Counter<SourceCounters>, 5> kSourceCounters = {{
    {"requests", "Streams asked for.", &SourceCounters::requests},
    {"records", "Records sent to workers.", &SourceCounters::records},
    {"errors", "Requests refused.", &SourceCounters::errors},
    {"duplicates", "Records that a search left out, being repeated.", &SourceCounters::duplicates},
    {"forgotten", "Ids beyond a search's dedup_window.", &SourceCounters::forgotten},
}};

constexpr std::array<Counter<PlatformCounters>, 9> kPlatformCounters = {{
    {"requests", "Attempts sent, those for tokens included.", &PlatformCounters::requests},
    {"failures", "Calls that failed for good.", &PlatformCounters::failures},
    {"retries", "Attempts after the first of a call.", &PlatformCounters::retries},
    {"rate_limited", "Answers that said so.", &PlatformCounters::rate_limited},
    {"server_errors", "Answers of 5xx.", &PlatformCounters::server_errors},
    {"unreachable", "Attempts without an answer.", &PlatformCounters::unreachable},
    {"tokens", "Access tokens received.", &PlatformCounters::tokens},
    {"unauthorized", "Answers of 401.", &PlatformCounters::unauthorized},
    {"breaker_opened", "Times a circuit breaker opened.", &PlatformCounters::breaker_opened},
}};

// Of the API that an action calls; the platforms' rate and tokens mean nothing there.
constexpr std::array<Counter<PlatformCounters>, 6> kUpstreamCounters = {{
    {"requests", "Attempts sent, those for tokens included.", &PlatformCounters::requests},
    {"failures", "Calls without an answer of 2xx.", &PlatformCounters::failures},
    {"retries", "Attempts after the first of a call.", &PlatformCounters::retries},
    {"server_errors", "Answers of 5xx.", &PlatformCounters::server_errors},
    {"unreachable", "Attempts without an answer.", &PlatformCounters::unreachable},
    {"breaker_opened", "Times the circuit breaker opened.", &PlatformCounters::breaker_opened},
}};

constexpr std::array<Counter<ActionCounters>, 5> kActionCounters = {{
    {"cached", "Answers from the cache.", &ActionCounters::cached},
    {"coalesced", "Who waited for the call of another one.", &ActionCounters::coalesced},
    {"replayed", "Answers to idempotency keys that had come before.", &ActionCounters::replayed},
    {"overloaded", "Calls refused for concurrency and queue.", &ActionCounters::overloaded},
    {"abandoned", "Calls that nobody waited for any more.", &ActionCounters::abandoned},
}};

constexpr std::string_view kActionPrefix = "dataaction_action_";
constexpr std::string_view kSourcePrefix = "dataaction_sidecar_";
constexpr std::string_view kPlatformPrefix = "dataaction_platform_";

// An answer that was refused is an error, never an end.
constexpr bool is_counted(EndReason reason) {
  return reason != EndReason::kRefused;
}

std::string total(std::string_view prefix, std::string_view name) {
  return std::string(prefix).append(name).append("_total");
}

uint64_t uptime(const LinkContext& context) {
  const auto up = context.clock.now() - context.started;
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(up).count());
}

void write_source(std::string& out, const SourceCounters& counters) {
  JsonObject object(out);
  for (const auto& counter : kSourceCounters) object.number(counter.name, counters.*counter.value);
  object.key("ends");
  JsonObject ends(out);
  for (size_t i = 0; i < counters.ends.size(); ++i) {
    const auto reason = static_cast<EndReason>(i);
    if (is_counted(reason)) ends.number(counter_name(reason), counters.ends[i]);
  }
}

void write_action(std::string& out, const Action& action) {
  const ActionCalls& calls = action.calls();
  JsonObject object(out);
  for (const auto& counter : kUpstreamCounters) {
    object.number(counter.name, calls.counters().upstream.*counter.value);
  }
  for (const auto& counter : kActionCounters) {
    object.number(counter.name, calls.counters().*counter.value);
  }
  object.number("waiting", calls.waiting());
  object.number("cache_bytes", calls.cache_bytes());
  object.string("breaker", name_of(calls.breaker()));
}

void write_platform(std::string& out, const Platform& platform) {
  const PlatformCounters& counters = platform.counters();
  const Pace& pace = platform.attempts().pace();
  JsonObject object(out);
  for (const auto& counter : kPlatformCounters) {
    object.number(counter.name, counters.*counter.value);
  }
  object.number("waited_ms", counters.waited_ms);
  object.number("rate", pace.bucket().rate());
  object.number("waiting", pace.waiting());
  object.key("breakers");
  JsonObject breakers(out);
  for (size_t i = 0; i < kRoutes; ++i) {
    const auto route = static_cast<Route>(i);
    breakers.string(name_of(route), name_of(platform.attempts().breaker(route)));
  }
}

// Sources, then actions.
template <typename Sample>
void for_each_source(const Catalog& catalog, Sample sample) {
  for (const auto& [name, source] : catalog.sources()) sample(name, source->counters());
  for (const auto& [name, action] : catalog.actions()) sample(name, action->counters());
}

void expose_sources(Exposition& out, const Catalog& catalog) {
  std::string name;
  for (const auto& counter : kSourceCounters) {
    out.metric(name = total(kSourcePrefix, counter.name), "counter", counter.help);
    for_each_source(catalog, [&](const std::string& source, const SourceCounters& counters) {
      out.sample(label("source", source), counters.*counter.value);
    });
  }
  out.metric(name = total(kSourcePrefix, "ends"), "counter", "Streams ended, by reason.");
  for_each_source(catalog, [&](const std::string& source, const SourceCounters& counters) {
    for (size_t i = 0; i < counters.ends.size(); ++i) {
      const auto reason = static_cast<EndReason>(i);
      if (!is_counted(reason)) continue;
      out.sample(label("source", source) + ',' + label("reason", counter_name(reason)),
                 counters.ends[i]);
    }
  });
}

void expose_actions(Exposition& out, const Catalog& catalog) {
  std::string name;
  const auto each = [&](auto sample) {
    for (const auto& [action_name, action] : catalog.actions()) {
      out.sample(label("action", action_name), sample(action->calls()));
    }
  };
  for (const auto& counter : kUpstreamCounters) {
    out.metric(name = total(kActionPrefix, counter.name), "counter", counter.help);
    each([&](const ActionCalls& calls) { return calls.counters().upstream.*counter.value; });
  }
  for (const auto& counter : kActionCounters) {
    out.metric(name = total(kActionPrefix, counter.name), "counter", counter.help);
    each([&](const ActionCalls& calls) { return calls.counters().*counter.value; });
  }
  out.metric("dataaction_action_waiting", "gauge", "Calls that wait for a place.");
  each([](const ActionCalls& calls) { return uint64_t{calls.waiting()}; });
  out.metric("dataaction_action_cache_bytes", "gauge", "Held by the cache.");
  each([](const ActionCalls& calls) { return uint64_t{calls.cache_bytes()}; });
  out.metric("dataaction_action_breaker_open", "gauge", "0 while the circuit breaker is closed.");
  each([](const ActionCalls& calls) {
    return uint64_t{calls.breaker() == BreakerState::kClosed ? 0U : 1U};
  });
}

void expose_platforms(Exposition& out, const Catalog& catalog) {
  std::string name;
  for (const auto& counter : kPlatformCounters) {
    out.metric(name = total(kPlatformPrefix, counter.name), "counter", counter.help);
    for (const auto& [platform_name, platform] : catalog.platforms()) {
      out.sample(label("platform", platform_name), platform->counters().*counter.value);
    }
  }
  const auto each = [&](auto sample) {
    for (const auto& [platform_name, platform] : catalog.platforms()) {
      sample(label("platform", platform_name), *platform);
    }
  };
  out.metric("dataaction_platform_waited_seconds_total", "counter",
             "Time waited for pacing and between attempts.");
  each([&](const std::string& labels, const Platform& platform) {
    out.sample_seconds(labels, platform.counters().waited_ms);
  });
  out.metric("dataaction_platform_rate", "gauge", "Requests a minute at most, as learned.");
  each([&](const std::string& labels, const Platform& platform) {
    out.sample(labels, platform.attempts().pace().bucket().rate());
  });
  out.metric("dataaction_platform_waiting", "gauge",
             "Calls that wait for a place or for their turn.");
  each([&](const std::string& labels, const Platform& platform) {
    out.sample(labels, platform.attempts().pace().waiting());
  });
  out.metric("dataaction_platform_breaker_open", "gauge",
             "0 while the circuit breaker of the route is closed.");
  each([&](const std::string& labels, const Platform& platform) {
    for (size_t i = 0; i < kRoutes; ++i) {
      const auto route = static_cast<Route>(i);
      const bool closed = platform.attempts().breaker(route) == BreakerState::kClosed;
      out.sample(labels + ',' + label("route", name_of(route)), closed ? 0 : 1);
    }
  });
}

}  // namespace

std::string status_record(const LinkContext& context) {
  const Catalog& catalog = *context.catalog;
  std::string out;
  {
    JsonObject top(out);
    top.number("pid", static_cast<uint64_t>(::getpid()));
    top.string("version", kVersion);
    top.number("uptime", uptime(context));
    top.string("digest", fmt::format("{:016x}", catalog.config().digest));
    top.number("generation", catalog.generation());
    top.number("connections", context.connections);
    top.number("streams", context.streams);
    top.key("statements");
    {
      JsonObject statements(out);
      statements.number("open", catalog.open_statements());
      statements.number("used", catalog.used_statements());
    }
    top.key("platforms");
    {
      JsonObject platforms(out);
      for (const auto& [name, platform] : catalog.platforms()) {
        write_platform(platforms.key(name), *platform);
      }
    }
    top.key("actions");
    {
      JsonObject actions(out);
      for (const auto& [name, action] : catalog.actions()) write_action(actions.key(name), *action);
    }
    top.key("sources");
    {
      JsonObject sources(out);
      for_each_source(catalog, [&](const std::string& name, const SourceCounters& counters) {
        write_source(sources.key(name), counters);
      });
    }
  }
  out += '\n';
  return out;
}

std::string status_exposition(const LinkContext& context) {
  const Catalog& catalog = *context.catalog;
  Exposition out;
  out.metric("dataaction_sidecar_uptime_seconds", "gauge", "Since the sidecar's start.");
  out.sample("", uptime(context));
  out.metric("dataaction_sidecar_generation", "gauge", "Configurations loaded since its start.");
  out.sample("", catalog.generation());
  out.metric("dataaction_sidecar_connections", "gauge", "Of workers, this one included.");
  out.sample("", context.connections);
  out.metric("dataaction_sidecar_streams", "gauge", "Streams that run now.");
  out.sample("", context.streams);
  out.metric("dataaction_sidecar_statements", "gauge", "Prepared SQL statements.");
  out.sample(label("state", "open"), catalog.open_statements());
  out.sample(label("state", "used"), catalog.used_statements());
  expose_sources(out, catalog);
  expose_actions(out, catalog);
  expose_platforms(out, catalog);
  return out.take();
}

}  // namespace dataaction
