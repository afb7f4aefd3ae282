// What the platform says in the body of an error, for messages and logs: Genesys Cloud's ErrorBody
// (message, code, contextId; every operation of its API answers errors so) or OAuth's form (error,
// error_description).
//
// Tolerant: of a body that is cut, damaged or something else altogether (HTML of a proxy) it takes
// what can be had, which may be nothing.

#pragma once

#include <string>
#include <string_view>

namespace dataaction {

// Each is empty where the body has none in good form.
struct PlatformError {
  std::string code;        // [A-Za-z0-9._-]{1,64}
  std::string message;     // see excerpt(): at most 256 bytes
  std::string context_id;  // the platform's name for the request, fit for a header

  bool operator==(const PlatformError&) const = default;
};

// Looks at the first 64 KiB.
PlatformError read_platform_error(std::string_view body);

}  // namespace dataaction
