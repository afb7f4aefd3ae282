// The context id of a request: one name for it in logs, error bodies and every call made on its
// behalf.

#pragma once

#include <string_view>

namespace dataaction {

// The id that the caller gave: `ININ-Correlation-Id`, else the trace id of a W3C `traceparent`
// (https://www.w3.org/TR/trace-context/, section 3.2). Empty where neither is there in good form:
// an id is 1 to 128 characters of [A-Za-z0-9._-], so that it can stand in a log line and a header
// as it is. The result is a view into an argument.
std::string_view context_id_from(std::string_view correlation_id, std::string_view traceparent);

}  // namespace dataaction
