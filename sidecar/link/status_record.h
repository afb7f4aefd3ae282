// The sidecar's state, for `dataaction_status` and `dataactionctl status`. What each number means
// is in docs/status.md.

#pragma once

#include <string>

#include "sidecar/link/link_context.h"

namespace dataaction {

// A JSON object and a LF.
std::string status_record(const LinkContext& context);

// The same as Prometheus text (core/status/exposition.h).
std::string status_exposition(const LinkContext& context);

}  // namespace dataaction
