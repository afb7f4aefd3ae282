// Whether the answer of a webhook was all of it.

#pragma once

#include <optional>
#include <string>

#include "core/json/json_stream_checker.h"

namespace dataaction {

struct Verdict {
  bool complete = false;
  std::string what;  // is missing, or wrong; of a complete answer empty
  std::string next;  // where to go on: a cursor, if the answer had one
};

// After the last byte. `broken`: why there are no more of them, if they did not end by themselves.
Verdict judge(JsonStreamChecker& checker, const std::optional<std::string>& broken);

}  // namespace dataaction
