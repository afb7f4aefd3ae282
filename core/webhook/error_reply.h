// An answer that is an error: what a client gets instead of records.
//
// The same value is made by the webhook's input check, travels in an ERROR frame, and becomes the
// JSON body in the shape of Genesys Cloud's own errors (message, code, status, messageParams,
// contextId, details, errors). Codes are `dataaction.<area>.<what>`; the table is in
// docs/errors.md.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dataaction {

// One field that is wrong. `field` is the JSON name as the client wrote it.
struct ErrorDetail {
  std::string code;
  std::string field;

  bool operator==(const ErrorDetail&) const = default;
};

struct ErrorReply {
  uint16_t status = 500;     // HTTP status, 400 to 599
  uint16_t retry_after = 0;  // seconds for Retry-After; 0: no header
  std::string code = {};
  std::string message = {};  // for the client: no internal detail
  std::vector<ErrorDetail> details = {};
  std::string allow = {};  // for the Allow header of a 405

  bool operator==(const ErrorReply&) const = default;
};

// `id (type), name (required)`: codes as they are.
std::string list_of(const std::vector<ErrorDetail>& details);

// The JSON body of `reply`, without a newline at its end.
std::string error_body(const ErrorReply& reply, std::string_view context_id);

// The reply for a status that nginx raised by itself, before any handler of ours ran.
ErrorReply reply_for_status(unsigned status);

// The same for a request that was never for a handler of ours: what failed is somebody else's.
ErrorReply reply_for_others(unsigned status);

// 405 with an Allow header.
ErrorReply method_not_allowed(std::string_view allow);

// Too much at once: 503 with Retry-After.
ErrorReply overloaded();

// The sidecar is stopping: 503 with Retry-After.
ErrorReply shutting_down();

}  // namespace dataaction
