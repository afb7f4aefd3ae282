// How an answer ended. The one vocabulary for the envelope's tail, `$dataaction_reason`, the END
// frame and the status page.

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace dataaction {

enum class EndReason : uint8_t {
  kNone,           // all of it
  kLimit,          // `limit` or `max_results` reached, and there is more
  kDeadline,       // dataaction_deadline
  kSize,           // dataaction_max_size
  kUpstream,       // the source failed, or the sidecar died, hung or spoke nonsense
  kShutdown,       // the sidecar was told to stop
  kSourceChanged,  // a file shrank while it was read
  kInvalidRecord,  // a record was not JSON, or larger than max_record_size
  kClient,         // the client went away
  kRefused,        // answered with an error instead of records
};

inline constexpr std::array<std::string_view, 10> kEndReasonNames = {
    "",         "limit",          "deadline",       "size",   "upstream",
    "shutdown", "source_changed", "invalid_record", "client", "refused"};

constexpr std::string_view name_of(EndReason reason) {
  return kEndReasonNames[static_cast<size_t>(reason)];
}

// How a counter of endings is called: that of an answer that came whole has no name otherwise.
constexpr std::string_view counter_name(EndReason reason) {
  return reason == EndReason::kNone ? "complete" : name_of(reason);
}

// What a name from the link means here; one we do not know is the upstream's trouble.
constexpr EndReason end_reason(std::string_view name) {
  for (size_t i = 0; i < kEndReasonNames.size(); ++i) {
    if (kEndReasonNames[i] == name) return static_cast<EndReason>(i);
  }
  return EndReason::kUpstream;
}

struct Ending {
  EndReason reason = EndReason::kNone;
  std::string cursor = {};  // resumes after the last record of the answer; empty: cannot

  bool complete() const { return reason == EndReason::kNone || reason == EndReason::kLimit; }
};

}  // namespace dataaction
