// What became of a call, as a webhook is answered: an object that fits the contract, or an error
// that says nothing of what is inside.

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/config/action_config.h"
#include "core/contract/json_schema.h"
#include "sidecar/platform/attempts.h"
#include "sidecar/sources/source.h"

namespace dataaction {

struct ActionResult {
  std::string object;                    // compact JSON, where there is no failure
  std::optional<SourceFailure> failure;  // for the client, and for the log
  // It may have been done: an API that was not reached, or said that it was not, may be asked
  // again for the same thing.
  bool done = true;
  std::string detail = {};  // for the log, where `on_error 200` makes a success of a failure
  bool succeeded = true;    // the outputs of an answer of 2xx, and not of what went wrong
  bool broken_off = false;  // at our own wish, so that nobody knows more
};

// Shared by all who asked the same.
using SharedResult = std::shared_ptr<const ActionResult>;

// Of a call that was broken off by a shutdown, where nobody knows what it did and it may not be
// done twice. `detail` is for the log.
SourceFailure interrupted(std::string detail);

// `reply` is the API's, after all that could be tried.
ActionResult make_result(const ActionConfig& action, const JsonSchema& output,
                         const PlatformReply& reply);

// Of a call that fails for something else than the API; with `on_error 200` in the outputs. It has
// not been done.
ActionResult make_failure(const ActionConfig& action, const JsonSchema& output,
                          SourceFailure failure);

// Of one that was made before, by another contract perhaps: an object that does not fit this one is
// a failure.
ActionResult make_replay(const ActionConfig& action, const JsonSchema& output, std::string object);

}  // namespace dataaction
