#include "sidecar/ctl/verdict.h"

#include <fmt/format.h>

namespace dataaction {

Verdict judge(JsonStreamChecker& checker, const std::optional<std::string>& broken) {
  Verdict verdict;
  const bool whole = checker.finish();
  const JsonError& error = checker.error();
  if (broken) {
    verdict.what = fmt::format("broken off after byte {}: {}", checker.bytes(), *broken);
    if (!whole) verdict.what += "; " + error.what;
    return verdict;
  }
  if (!whole) {
    verdict.what = fmt::format("byte {}: {}", error.offset, error.what);
    return verdict;
  }
  const JsonStreamChecker::Envelope& envelope = checker.envelope();
  verdict.next = envelope.next;
  if (envelope.complete == false) {
    verdict.what = "it says that it is incomplete";
    if (!envelope.reason.empty()) verdict.what += ": " + envelope.reason;
    return verdict;
  }
  if (envelope.count && *envelope.count != checker.records()) {
    verdict.what = fmt::format("it says that it has {} records", *envelope.count);
    return verdict;
  }
  verdict.complete = true;
  return verdict;
}

}  // namespace dataaction
