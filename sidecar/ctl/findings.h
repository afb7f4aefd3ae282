// What `dataactionctl doctor` finds: pure judgements over what its questions gave.

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "sidecar/platform/platform_failure.h"
#include "sidecar/runtime/http.h"

namespace dataaction {

struct Finding {
  enum class State : uint8_t { kOk, kWrong, kSkipped };

  State state = State::kOk;
  std::string about;   // `clock`, `token`, ...
  std::string what;    // how it is
  std::string remedy;  // what to do; of what is wrong
};

// Lines for the terminal, each with its LF.
std::string text_of(const Finding& finding);

Finding ok(std::string about, std::string what);
Finding wrong(std::string about, std::string what, std::string remedy);
Finding skipped(std::string about, std::string what);

// A server that was asked for anything at all: that it answers counts, not what.
Finding connection_finding(std::string about, std::string_view url, const HttpResult<int>& status);

// `date`: of its answer, as it came; `now`: by this machine.
inline constexpr std::chrono::seconds kMostSkew{30};
Finding clock_finding(std::optional<std::string_view> date, std::chrono::seconds now);

// Of a token, and of a call that needs the permission to search.
Finding token_finding(const std::optional<PlatformFailure>& failure);
Finding permission_finding(const std::optional<PlatformFailure>& failure, std::string_view needed);

}  // namespace dataaction
